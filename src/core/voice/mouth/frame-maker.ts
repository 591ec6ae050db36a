import { frameMs } from '#core/protocol/stage.ts'
import { frameSamples, playoutRateHz } from '../frame.ts'
import { createResampler, type Resampler } from '../pcm/resampler.ts'
import { evenOut, isVoiced, type Loudness, meanPower } from './loudness.ts'

/** Windows of 5 ms are looked at to find where a sentence begins to sound. */
const windowSamples = playoutRateHz / 200
/** Kept before the first loud window: soft consonants begin below the threshold. */
const onsetSamples = 2 * windowSamples
/** A pause in the middle is never longer than this: some voices pause for a second at a full stop. */
const maxPauseFrames = 400 / frameMs

export interface VoiceFrame {
  readonly samples: Int16Array
  /** Not a pause: carries its share of the words. */
  readonly isVoiced: boolean
}

/**
 * Makes frames of one sentence: resampled, without the silence before it, evened in loudness, long pauses cut. Lazy, so
 * that a sentence that came all at once does not hold up everybody else's frames.
 */
export class FrameMaker {
  readonly #sampleRateHz: number
  readonly #loudness: Loudness
  readonly #resampler: Resampler
  #rest = new Int16Array()
  #hasBegun = false
  #pauseFrames = 0
  #gain: number | undefined

  constructor(options: { readonly sampleRateHz: number; readonly loudness: Loudness }) {
    this.#sampleRateHz = options.sampleRateHz
    this.#loudness = options.loudness
    this.#resampler = createResampler(options.sampleRateHz, playoutRateHz)
  }

  /** Frames of silence since the last sound. */
  get pauseFrames(): number {
    return this.#pauseFrames
  }

  *push(block: Int16Array): Generator<VoiceFrame, void> {
    const pieceSamples = Math.ceil((this.#sampleRateHz * frameMs) / 1_000)
    const pieces = cut(block, pieceSamples)
    if (!this.#loudness.isKnown) this.#loudness.prime(pieces.map(meanPower))
    for (const piece of pieces) yield* this.#take(this.#resampler.push(piece))
  }

  /** The rest of the sentence. */
  *end(): Generator<VoiceFrame, void> {
    yield* this.#take(this.#resampler.flush())
    if (this.#hasBegun && this.#rest.length > 0)
      yield* this.#take(new Int16Array(frameSamples - this.#rest.length))
  }

  *#take(samples: Int16Array): Generator<VoiceFrame, void> {
    let sound = join(this.#rest, samples)
    if (!this.#hasBegun) sound = this.#withoutSilence(sound)
    let start = 0
    if (this.#hasBegun)
      for (; start + frameSamples <= sound.length; start += frameSamples)
        yield* this.#finish(sound.slice(start, start + frameSamples))
    this.#rest = sound.slice(start)
  }

  /** The sound from shortly before its beginning; what may be shortly before it while there was no beginning yet. */
  #withoutSilence(sound: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
    for (let start = 0; start + windowSamples <= sound.length; start += windowSamples) {
      this.#hasBegun = isVoiced(meanPower(sound.subarray(start, start + windowSamples)))
      if (this.#hasBegun) return sound.subarray(Math.max(0, start - onsetSamples))
    }
    return sound.subarray(Math.max(0, sound.length - onsetSamples - windowSamples))
  }

  *#finish(frame: Int16Array<ArrayBuffer>): Generator<VoiceFrame, void> {
    const power = meanPower(frame)
    const sounds = isVoiced(power)
    this.#pauseFrames = sounds ? 0 : this.#pauseFrames + 1
    if (this.#pauseFrames > maxPauseFrames) return
    const gain = this.#loudness.next(power)
    evenOut(frame, this.#gain ?? gain, gain)
    this.#gain = gain
    yield { samples: frame, isVoiced: sounds }
  }
}

function cut(block: Int16Array, length: number): Int16Array[] {
  const pieces: Int16Array[] = []
  for (let start = 0; start < block.length; start += length)
    pieces.push(block.subarray(start, start + length))
  return pieces
}

function join(first: Int16Array, second: Int16Array): Int16Array<ArrayBuffer> {
  const joined = new Int16Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

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
  /** While there was no sound yet: what may be its soft beginning. */
  #onset = new Int16Array()
  #frame = new Int16Array(frameSamples)
  #filled = 0
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
    for (const piece of pieces) for (const frame of this.#take(this.#resampler.push(piece))) yield frame
  }

  /** The rest of the sentence. */
  end(): VoiceFrame[] {
    const frames = this.#take(this.#resampler.flush())
    if (!this.#hasBegun || this.#filled === 0) return frames
    return [...frames, ...this.#fill(new Int16Array(frameSamples - this.#filled))]
  }

  #take(samples: Int16Array): VoiceFrame[] {
    if (this.#hasBegun) return this.#fill(samples)
    const sound = join(this.#onset, samples)
    const start = findStart(sound)
    this.#hasBegun = start !== undefined
    if (start !== undefined) return this.#fill(sound.subarray(start))
    this.#onset = sound.slice(-onsetSamples - windowSamples)
    return []
  }

  /** Copies into the frame that is being filled; what is full goes on. */
  #fill(samples: Int16Array): VoiceFrame[] {
    const finished: VoiceFrame[] = []
    for (let start = 0; start < samples.length; ) {
      const part = samples.subarray(start, start + frameSamples - this.#filled)
      this.#frame.set(part, this.#filled)
      this.#filled += part.length
      start += part.length
      if (this.#filled < frameSamples) break
      const full = this.#frame
      this.#frame = new Int16Array(frameSamples)
      this.#filled = 0
      const frame = this.#finish(full)
      if (frame) finished.push(frame)
    }
    return finished
  }

  /** Undefined for what is too much of a pause. */
  #finish(frame: Int16Array<ArrayBuffer>): VoiceFrame | undefined {
    const power = meanPower(frame)
    const sounds = isVoiced(power)
    this.#pauseFrames = sounds ? 0 : this.#pauseFrames + 1
    if (this.#pauseFrames > maxPauseFrames) return undefined
    const gain = this.#loudness.next(power)
    evenOut(frame, this.#gain ?? gain, gain)
    this.#gain = gain
    return { samples: frame, isVoiced: sounds }
  }
}

function cut(block: Int16Array, length: number): Int16Array[] {
  const pieces: Int16Array[] = []
  for (let start = 0; start < block.length; start += length)
    pieces.push(block.subarray(start, start + length))
  return pieces
}

/** Shortly before the first window that is not silent. */
function findStart(sound: Int16Array): number | undefined {
  for (let start = 0; start + windowSamples <= sound.length; start += windowSamples)
    if (isVoiced(meanPower(sound.subarray(start, start + windowSamples))))
      return Math.max(0, start - onsetSamples)
  return undefined
}

function join(first: Int16Array, second: Int16Array): Int16Array<ArrayBuffer> {
  const joined = new Int16Array(first.length + second.length)
  joined.set(first)
  joined.set(second, first.length)
  return joined
}

import { sumOfSquares } from '../pcm/level.ts'

/** Where speech is to lie: about as loud as people are in a call. RMS of the voiced frames, full scale is 0. */
const targetDbfs = -19
const maxGainDb = 15
const minGainDb = -15
/** Frames below this are pauses, which say nothing about how loud a voice is. */
const pauseDbfs = -45
/** So slow that nobody hears it move; faster only in the first half second of a voice that was never heard. */
const slewDbPerFrame = 0.05
const firstSlewDbPerFrame = 0.5
const firstFrames = 25
/** Frames that the mean looks back, about ten seconds. */
const memoryFrames = 500

/** How loud a voice is, learned from what it says, and by how much to change it. */
export class Loudness {
  #meanPower = 0
  #framesHeard = 0
  #gainDb = 0

  get isKnown(): boolean {
    return this.#framesHeard > 0
  }

  /** Listens ahead: the first block of a voice decides where its gain begins. */
  prime(powers: readonly number[]): void {
    for (const power of powers) this.#learn(power)
    if (this.isKnown) this.#gainDb = this.#wantedDb()
  }

  /** The factor for a frame of this mean power (of samples between -1 and 1). */
  next(power: number): number {
    this.#learn(power)
    const step = this.#framesHeard < firstFrames ? firstSlewDbPerFrame : slewDbPerFrame
    if (this.isKnown) this.#gainDb += clamp(this.#wantedDb() - this.#gainDb, -step, step)
    return 10 ** (this.#gainDb / 20)
  }

  #learn(power: number): void {
    if (!isVoiced(power)) return
    this.#framesHeard = Math.min(memoryFrames, this.#framesHeard + 1)
    this.#meanPower += (power - this.#meanPower) / this.#framesHeard
  }

  #wantedDb(): number {
    return clamp(targetDbfs - toDbfs(this.#meanPower), minGainDb, maxGainDb)
  }
}

export function meanPower(samples: Int16Array): number {
  return sumOfSquares(samples) / Math.max(1, samples.length) / 32_768 ** 2
}

export function isVoiced(power: number): boolean {
  return toDbfs(power) > pauseDbfs
}

function toDbfs(power: number): number {
  return 10 * Math.log10(power + 1e-12)
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Below this the limiter does nothing; above, a sample approaches full scale ever more slowly. */
const kneeAmplitude = 0.75 * 32_767
const headroom = 32_700 - kneeAmplitude

/** Changes the loudness in place from one factor to another; peaks are rounded off, so that nothing ever clips. */
export function evenOut(frame: Int16Array, from: number, to: number): void {
  const step = (to - from) / frame.length
  for (let index = 0; index < frame.length; index++) {
    const sample = (frame[index] ?? 0) * (from + step * index)
    const isPeak = sample > kneeAmplitude || sample < -kneeAmplitude
    // Made whole here, because leaving that to the array takes three times as long.
    frame[index] = (isPeak ? limited(sample) : sample) | 0
  }
}

function limited(sample: number): number {
  const over = Math.abs(sample) - kneeAmplitude
  return Math.sign(sample) * (kneeAmplitude + headroom * Math.tanh(over / headroom))
}

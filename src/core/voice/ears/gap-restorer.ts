/** Later than this is not jitter but silence that was not sent. */
const gapMs = 60
/** Once it is silence, it is told as often as a window takes. */
const fillEveryMs = 32
/** How much of lateness is taken for a slow clock on the other side, as a share of the sound's length. */
const driftShare = 0.0025
/** A block may claim to be longer only by mistake or malice. */
const maxBlockMs = 1_000

/**
 * Puts sound that arrives in pieces back on the wall clock: `endMs` is when the last sample delivered was spoken, as
 * the earliest arrivals suggest. Silence that was not sent is delivered as zeros.
 */
export class GapRestorer {
  readonly #samplesPerMs: number
  readonly #deliver: (samples: Int16Array) => void
  #isFilling = false
  endMs: number | undefined

  constructor(sampleRateHz: number, deliver: (samples: Int16Array) => void) {
    this.#samplesPerMs = sampleRateHz / 1000
    this.#deliver = deliver
  }

  push(samples: Int16Array, receivedAtMs: number): void {
    const block = samples.subarray(-maxBlockMs * this.#samplesPerMs)
    const blockMs = block.length / this.#samplesPerMs
    const startMs = receivedAtMs - blockMs
    this.endMs ??= startMs
    const lateMs = startMs - this.endMs
    if (lateMs > (this.#isFilling ? 0 : gapMs)) this.#fill(lateMs)
    else this.endMs += Math.min(lateMs, blockMs * driftShare)
    this.#isFilling = false
    this.#put(block)
  }

  /** Nothing has come since: silence up to now, if that is no jitter any more. Says when to call again. */
  pass(nowMs: number): number {
    if (this.endMs === undefined) return nowMs + gapMs
    const lateMs = nowMs - this.endMs
    if (lateMs >= (this.#isFilling ? fillEveryMs : gapMs)) {
      this.#isFilling = true
      this.#fill(lateMs)
    }
    return this.endMs + (this.#isFilling ? fillEveryMs : gapMs)
  }

  /** The time up to now is not silence: sound of it is still to come. */
  skip(nowMs: number): void {
    if (this.endMs !== undefined) this.endMs = Math.max(this.endMs, nowMs)
  }

  /** Whatever comes next begins anew; the time between is not delivered. */
  restart(): void {
    this.endMs = undefined
    this.#isFilling = false
  }

  #fill(ms: number): void {
    this.#put(new Int16Array(Math.round(ms * this.#samplesPerMs)))
  }

  #put(samples: Int16Array): void {
    this.endMs = (this.endMs ?? 0) + samples.length / this.#samplesPerMs
    this.#deliver(samples)
  }
}

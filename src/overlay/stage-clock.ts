interface Sample {
  readonly offsetMs: number
  readonly roundTripMs: number
  readonly takenAt: number
}

const keptSamples = 60
/** What two quartz clocks may drift apart, in ms per ms. */
const driftPerMs = 0.000_3
/** Beyond this a correction is made at once instead of little by little. */
const jumpMs = 120
const slewPerSecond = 1.5

/**
 * The server's clock as seen from here: of all answers to a ping the one with the shortest round trip tells the offset
 * best, less so the older it is (RFC 5905, section 10, in its simplest form). Corrections are gradual, because a mouth
 * that jumps is seen.
 */
export class StageClock {
  #samples: Sample[] = []
  #offsetMs: number | undefined
  #readAt = 0

  /** `sentAt` and `receivedAt` on our clock, `serverAt` on the server's. */
  add(sentAt: number, serverAt: number, receivedAt: number): void {
    const roundTripMs = receivedAt - sentAt
    const offsetMs = serverAt - (sentAt + receivedAt) / 2
    this.#samples.push({ offsetMs, roundTripMs, takenAt: receivedAt })
    if (this.#samples.length > keptSamples) this.#samples.shift()
  }

  get isKnown(): boolean {
    return this.#samples.length > 0
  }

  /** After the line was lost: the next server may have another clock. */
  forget(): void {
    this.#samples = []
    this.#offsetMs = undefined
  }

  /** The server's time at `now` of ours (`performance.now()`). */
  at(now: number): number {
    const best = this.#best(now)
    if (best === undefined) return now + (this.#offsetMs ?? 0)
    const before = this.#offsetMs
    const error = before === undefined ? jumpMs : best - before
    const share = Math.min(1, (slewPerSecond * Math.max(0, now - this.#readAt)) / 1_000)
    this.#offsetMs = before === undefined || Math.abs(error) >= jumpMs ? best : before + error * share
    this.#readAt = now
    return now + this.#offsetMs
  }

  #best(now: number): number | undefined {
    let best: Sample | undefined
    let least = Number.POSITIVE_INFINITY
    for (const sample of this.#samples) {
      const doubt = sample.roundTripMs / 2 + (now - sample.takenAt) * driftPerMs
      if (doubt < least) [least, best] = [doubt, sample]
    }
    return best?.offsetMs
  }
}

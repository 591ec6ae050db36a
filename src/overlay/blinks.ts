import { between } from './noise.ts'

const closingMs = 65
const closedMs = 35
const openingMs = 120
const blinkMs = closingMs + closedMs + openingMs

/** Eyelids: a blink every two to six seconds, now and then two in a row. */
export class Blinks {
  #nextAt = 0
  #startedAt = Number.NEGATIVE_INFINITY

  /** How far the lids are down at `now` (ms), 0 to 1; fewer for an ember, `rate` below 1. */
  weightAt(now: number, rate = 1): number {
    if (now >= this.#nextAt) {
      this.#startedAt = now
      this.#nextAt = now + (Math.random() < 0.2 ? blinkMs + 90 : between(2_000, 6_000) / rate)
    }
    const since = now - this.#startedAt
    if (since < closingMs) return since / closingMs
    if (since < closingMs + closedMs) return 1
    return since < blinkMs ? 1 - (since - closingMs - closedMs) / openingMs : 0
  }
}

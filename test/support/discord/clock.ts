/**
 * The stand-in's idea of time, in milliseconds of the Unix epoch. It follows the machine's clock and can be moved
 * ahead, so that the 15 minutes of an interaction or the life of a gateway session need no waiting.
 */
export interface Clock {
  now(): number
  advance(byMs: number): void
}

export function createClock(): Clock {
  let aheadMs = 0
  return {
    now: () => Date.now() + aheadMs,
    advance: (byMs) => {
      aheadMs += byMs
    },
  }
}

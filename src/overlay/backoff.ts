/** For so long after the line was lost it is tried often: a server that is restarted is back within this time. */
const eagerMs = 60_000
const longestMs = 15_000

/**
 * How long to wait before the next try, `lostForMs` after the line was lost: about a second at first, then a fifth of what
 * was waited so far, up to fifteen seconds; spread at random so that a thousand overlays do not come back at once.
 */
export function backoffMs(lostForMs: number, random: () => number = Math.random): number {
  const ceiling = lostForMs < eagerMs ? 1_200 : Math.min(longestMs, lostForMs / 5)
  return 300 + (ceiling - 300) * random()
}

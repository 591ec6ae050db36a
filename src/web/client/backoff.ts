const firstMs = 500
const longestMs = 15_000

/**
 * How long to wait before the `attempt`-th (from 0) try to connect again: doubling from half a second to fifteen, and
 * spread at random so that a thousand pages do not come back in the same moment.
 */
export function backoffMs(attempt: number, random: () => number = Math.random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(attempt + 1, 10))
  return firstMs + (ceiling - firstMs) * random()
}

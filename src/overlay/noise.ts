/** Slow, smooth and never the same: a sum of sines whose periods share no multiple. About -1 to 1. */
export function drift(seconds: number, seed: number): number {
  return (
    0.5 * Math.sin(seconds * 0.61 + seed * 12.9) +
    0.3 * Math.sin(seconds * 1.07 + seed * 78.2) +
    0.2 * Math.sin(seconds * 1.73 + seed * 37.7)
  )
}

export function between(low: number, high: number): number {
  return low + (high - low) * Math.random()
}

/** How often a failing item is tried and how long it rests in between. */
export interface RetryPolicy {
  readonly maxTries: number
  /** After the first, second, … failure; the last one repeats. */
  readonly backoffMs: readonly number[]
}

/** About two and a half minutes: a database or a broker that restarts costs nobody an answer. */
export const defaultRetryPolicy: RetryPolicy = {
  maxTries: 10,
  backoffMs: [1_000, 2_000, 4_000, 8_000, 15_000, 30_000],
}

export function backoffAfter({ backoffMs }: RetryPolicy, tries: number): number {
  return backoffMs[Math.min(tries, backoffMs.length) - 1] ?? 0
}

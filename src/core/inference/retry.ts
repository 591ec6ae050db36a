/**
 * Keeps retries below a tenth of the calls, so that a struggling service is not pushed over. A small reserve lets a
 * quiet installation retry at all. (The idea is Finagle's retry budget.)
 */
export interface RetryBudget {
  /** Count one call. */
  deposit(): void
  /** True when one more try is affordable. */
  withdraw(): boolean
}

export function createRetryBudget({ perCall = 0.07, reserve = 5, cap = 10 } = {}): RetryBudget {
  let balance = reserve
  return {
    deposit() {
      balance = Math.min(cap, balance + perCall)
    },
    withdraw() {
      if (balance < 1) return false
      balance -= 1
      return true
    },
  }
}

/** Full jitter: anywhere up to 100, 200, 400 ms ... 2 s. */
export function backoffMs(retry: number, random: () => number = Math.random): number {
  return random() * Math.min(2_000, 100 * 2 ** (retry - 1))
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3); undefined when absent or unreadable. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  if (/^\s*\d{1,9}(\.\d+)?\s*$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** Discord cuts a gateway connection that sends more than 120 messages a minute; five joins of one guild are plenty. */
const maxJoins = 5
const windowMs = 60_000

/** How often a guild's channel may be joined, whatever the reason. */
export class JoinBudget {
  readonly #now: () => number
  #joins: number[] = []

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** How long to wait before the next join; 0 when it may be now. */
  get waitMs(): number {
    const now = this.#now()
    this.#joins = this.#joins.filter((at) => now - at < windowMs)
    const [oldest] = this.#joins
    return oldest === undefined || this.#joins.length < maxJoins ? 0 : oldest + windowMs - now
  }

  /** Whether a join may be made now; if so it counts. */
  take(): boolean {
    if (this.waitMs > 0) return false
    this.#joins.push(this.#now())
    return true
  }
}

/** Each at least; so that five joins in a minute are there when the network is back, whether it was gone for 1 s or 30. */
export const usualRejoinDelaysMs: readonly number[] = [200, 2_000, 4_000, 10_000, 25_000]

/** The jitter keeps the calls of a worker that died from coming back in one burst. */
export function rejoinDelayMs(
  failures: number,
  delaysMs: readonly number[] = usualRejoinDelaysMs,
  random: () => number = Math.random,
): number {
  const delayMs = delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 0
  return delayMs * (1 + random() / 2)
}

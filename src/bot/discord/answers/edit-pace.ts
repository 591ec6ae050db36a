/**
 * When a message may be edited again: about once a second for everything that shares a rate limit (one channel), since
 * Discord allows five edits in five seconds. Where requests take longer, because they queue behind others, edits become
 * rarer still; whoever waits for a slot looks at the text afterwards, so nothing stale is sent.
 */
export class EditPace {
  readonly #nextAt = new Map<string, number>()
  readonly #intervalMs: number
  readonly #now: () => number

  constructor({ intervalMs = 1_100, now = () => performance.now() } = {}) {
    this.#intervalMs = intervalMs
    this.#now = now
  }

  /** Reserves the next slot; returns how long to wait for it. */
  reserve(key: string): number {
    const now = this.#now()
    const at = Math.max(this.#nextAt.get(key) ?? 0, now)
    this.#nextAt.set(key, at + this.#intervalMs)
    return at - now
  }

  /** Tells how long an edit took; a slow one puts the next one off. */
  report(key: string, tookMs: number): void {
    const earliest = this.#now() + Math.max(0, tookMs - this.#intervalMs)
    this.#nextAt.set(key, Math.max(this.#nextAt.get(key) ?? 0, earliest))
    this.#forgetIdle()
  }

  #forgetIdle(): void {
    if (this.#nextAt.size < 1_000) return
    const now = this.#now()
    for (const [key, at] of this.#nextAt) if (at <= now) this.#nextAt.delete(key)
  }
}

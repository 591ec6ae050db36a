import { setTimeout as delay } from 'node:timers/promises'

/** Milliseconds from any origin, and waiting in them. */
export interface Clock {
  now(): number
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export const monotonicClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }),
}

export interface SlotOptions {
  /** Waited on top. */
  readonly extraMs?: number
  /** Ends the waiting early. */
  readonly until: Promise<void>
  readonly signal: AbortSignal
}

/**
 * When a message may be edited again: about once a second for everything that shares a rate limit (one channel), since
 * Discord allows five edits in five seconds. Where requests take longer, because they queue behind others, edits become
 * rarer still; whoever waits for a slot looks at the text afterwards, so nothing stale is sent.
 */
export class EditPace {
  readonly #clock: Clock
  readonly #intervalMs: number
  readonly #nextAt = new Map<string, number>()

  constructor({ clock = monotonicClock, intervalMs = 1_100 } = {}) {
    this.#clock = clock
    this.#intervalMs = intervalMs
  }

  /** Takes the next slot and waits for it, or until the end; rejects when the signal aborts. */
  async slot(key: string, { extraMs = 0, until, signal }: SlotOptions): Promise<void> {
    signal.throwIfAborted()
    const over = new AbortController()
    const waiting = this.#clock.sleep(this.#reserve(key) + extraMs, AbortSignal.any([signal, over.signal]))
    try {
      await Promise.race([waiting, until])
    } finally {
      over.abort()
      await waiting.catch(() => undefined)
    }
    signal.throwIfAborted()
  }

  /** Runs an edit; a slow one puts the next one off. */
  async measure<Result>(key: string, edit: () => Promise<Result>): Promise<Result> {
    const startedAt = this.#clock.now()
    try {
      return await edit()
    } finally {
      const now = this.#clock.now()
      const earliest = now + Math.max(0, now - startedAt - this.#intervalMs)
      this.#nextAt.set(key, Math.max(this.#nextAt.get(key) ?? 0, earliest))
      this.#forgetIdle(now)
    }
  }

  #reserve(key: string): number {
    const now = this.#clock.now()
    const at = Math.max(this.#nextAt.get(key) ?? 0, now)
    this.#nextAt.set(key, at + this.#intervalMs)
    return at - now
  }

  #forgetIdle(now: number): void {
    if (this.#nextAt.size < 1_000) return
    for (const [key, at] of this.#nextAt) if (at <= now) this.#nextAt.delete(key)
  }
}

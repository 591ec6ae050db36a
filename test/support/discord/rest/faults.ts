/**
 * What happens to a request. A `status` or a `rateLimit` answers without doing anything (a `status` with `isDone` after
 * doing it); `lost-request` cuts the connection before, `lost-answer` after the request was carried out, so that the bot
 * cannot know whether its message was sent; `reset-answer` does so with a TCP reset, upon which discord.js repeats the
 * request by itself; a `delayMs` holds the answer back.
 */
export type RestEffect =
  | { readonly status: number; readonly isDone?: boolean }
  | { readonly rateLimit: { readonly scope: 'user' | 'global' | 'shared'; readonly retryAfterMs: number } }
  | { readonly delayMs: number }
  | 'lost-request'
  | 'lost-answer'
  | 'reset-answer'

export interface RestFault {
  readonly method?: string
  /** Tested against the path below `/api/v10`. */
  readonly path: RegExp
  /** How many requests it hits; 1 unless told. */
  readonly times?: number
  readonly effect: RestEffect
}

/** Faults that tests order in advance; each hits the first requests that fit. */
export class RestFaults {
  readonly #pending: { readonly fault: RestFault; left: number }[] = []

  add(fault: RestFault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 })
  }

  clear(): void {
    this.#pending.length = 0
  }

  take(method: string, path: string): RestEffect | undefined {
    const hit = this.#pending.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path),
    )
    if (hit !== undefined) hit.left -= 1
    return hit?.fault.effect
  }
}

export interface RestFault {
  readonly method?: string
  /** Tested against the path below `/api/v10`. */
  readonly path: RegExp
  /** How many requests it hits; default 1. */
  readonly times?: number
  /**
   * A status answers without doing anything; `lost-request` cuts the connection before, `lost-answer` after the
   * request was carried out (the bot cannot know whether its message was sent); a delay holds the answer back.
   */
  readonly effect: { status: number } | 'lost-request' | 'lost-answer' | { delayMs: number }
}

/** Faults that tests order in advance; each hits the first requests that fit. */
export class RestFaults {
  readonly #pending: { fault: RestFault; left: number }[] = []

  add(fault: RestFault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 })
  }

  take(method: string, path: string): RestFault['effect'] | undefined {
    const hit = this.#pending.find(
      ({ fault, left }) => left > 0 && (fault.method ?? method) === method && fault.path.test(path),
    )
    if (hit === undefined) return undefined
    hit.left -= 1
    return hit.fault.effect
  }
}

/** A message that was accepted here and may not be in the database yet. */
export interface RecentSend {
  readonly turn: string
  readonly placeId: string
  readonly said: string
  readonly replaces?: string | undefined
}

const keptMs = 600_000

/**
 * Between acceptance and the worker's first look a message is only on the bus; pages that are drawn in between show it
 * from here. Knows this process only, and forgets the oldest: whoever waits longer sees the message when it is begun.
 */
export class RecentSends {
  readonly #limit: number
  readonly #now: () => number
  readonly #items = new Map<string, RecentSend & { readonly at: number }>()

  constructor({
    limit = 1_000,
    now = Date.now,
  }: { readonly limit?: number; readonly now?: () => number } = {}) {
    this.#limit = limit
    this.#now = now
  }

  add(send: RecentSend): void {
    if (send.replaces !== undefined) this.#items.delete(send.replaces)
    this.#items.set(send.turn, { ...send, at: this.#now() })
    const [oldest] = this.#items.keys()
    if (this.#items.size > this.#limit && oldest !== undefined) this.#items.delete(oldest)
  }

  remove(turn: string): void {
    this.#items.delete(turn)
  }

  get(turn: string): RecentSend | undefined {
    return this.#items.get(turn)
  }

  of(placeId: string): RecentSend[] {
    const oldest = this.#now() - keptMs
    return [...this.#items.values()].filter((item) => item.placeId === placeId && item.at >= oldest)
  }
}

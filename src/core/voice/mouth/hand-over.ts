/**
 * What lies between two stages that run side by side: at most `capacity` waits, then the giving side waits. Ends with
 * everything given having been taken, or at once when nobody takes any more.
 */
export class HandOver<T> implements AsyncIterable<T> {
  readonly #capacity: number
  readonly #weigh: (item: T) => number
  readonly #items: T[] = []
  #weight = 0
  #end: { readonly fault?: unknown } | undefined
  #wakeTaker: (() => void) | undefined
  #wakeGiver: (() => void) | undefined

  constructor(capacity: number, weigh: (item: T) => number = () => 1) {
    this.#capacity = capacity
    this.#weigh = weigh
  }

  get isEnded(): boolean {
    return this.#end !== undefined
  }

  /** Whether a taker would have to wait. */
  get isEmpty(): boolean {
    return this.#items.length === 0 && this.#end === undefined
  }

  /** Resolves when there is space for the next. False when nobody takes any more. */
  async give(item: T): Promise<boolean> {
    if (this.#end) return false
    this.#items.push(item)
    this.#weight += this.#weigh(item)
    this.#wake('taker')
    while (!this.#end && this.#weight >= this.#capacity)
      await new Promise<void>((resolve) => {
        this.#wakeGiver = resolve
      })
    return !this.#end
  }

  /** Nothing follows; a fault is thrown to the taker after the last item. */
  end(fault?: { readonly fault: unknown }): void {
    this.#end ??= fault ?? {}
    this.#wake('taker')
    this.#wake('giver')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    try {
      for (;;) {
        const item = this.#items.shift()
        if (item !== undefined) {
          this.#weight -= this.#weigh(item)
          this.#wake('giver')
          yield item
        } else if (this.#end) break
        else
          await new Promise<void>((resolve) => {
            this.#wakeTaker = resolve
          })
      }
      if (this.#end && 'fault' in this.#end) throw this.#end.fault
    } finally {
      this.#items.length = 0
      this.end()
    }
  }

  #wake(side: 'taker' | 'giver'): void {
    const wake = side === 'taker' ? this.#wakeTaker : this.#wakeGiver
    if (side === 'taker') this.#wakeTaker = undefined
    else this.#wakeGiver = undefined
    wake?.()
  }
}

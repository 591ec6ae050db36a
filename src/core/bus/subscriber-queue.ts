export interface SubscriberQueueOptions {
  /** How many items wait at most; beyond, the oldest are dropped: a late reader wants to know how things stand now. */
  readonly capacity: number
  readonly signal: AbortSignal
  /** Called once when the reader has caught up (or stopped) after items were dropped. */
  readonly onDropped: (count: number) => void
  /** Called once when nobody reads any more; not when the signal was aborted before the queue was made. */
  readonly onEnd: () => void
}

/**
 * What lies between one pushing source and one `for await`. Ends, without error, when the signal aborts or the loop is
 * left.
 */
export class SubscriberQueue<T> implements AsyncIterableIterator<T, undefined> {
  readonly #options: SubscriberQueueOptions
  readonly #end = () => this.#close()
  isClosed = false
  #items: T[] = []
  #waiting: ((result: IteratorResult<T, undefined>) => void) | undefined
  #dropped = 0

  constructor(options: SubscriberQueueOptions) {
    this.#options = options
    this.isClosed = options.signal.aborted
    options.signal.addEventListener('abort', this.#end, { once: true })
  }

  push(item: T): void {
    if (this.isClosed) return
    if (this.#waiting) {
      const resolve = this.#waiting
      this.#waiting = undefined
      resolve({ done: false, value: item })
      return
    }
    this.#items.push(item)
    if (this.#items.length <= this.#options.capacity) return
    this.#items.shift()
    this.#dropped++
  }

  /** One reader, one open call at a time. */
  next(): Promise<IteratorResult<T, undefined>> {
    const item = this.#items.shift()
    if (this.#items.length === 0) this.#reportDropped()
    if (item !== undefined) return Promise.resolve({ done: false, value: item })
    if (this.isClosed) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => {
      this.#waiting = resolve
    })
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#close()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #close(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.#items = []
    this.#options.signal.removeEventListener('abort', this.#end)
    this.#reportDropped()
    this.#waiting?.({ done: true, value: undefined })
    this.#waiting = undefined
    this.#options.onEnd()
  }

  #reportDropped(): void {
    if (this.#dropped === 0) return
    this.#options.onDropped(this.#dropped)
    this.#dropped = 0
  }
}

import type { LaneEvent } from './speaker-lane.ts'

/** A minute of speech nobody listened to; a reader that lives takes them at once. */
const capacity = 256

/**
 * Between the lane and its one reader. When full, the oldest `speech-continues` is dropped, because a later one says
 * more; without any, the oldest event.
 */
export class LaneEventQueue implements AsyncIterableIterator<LaneEvent, undefined> {
  #events: LaneEvent[] = []
  #waiting: PromiseWithResolvers<IteratorResult<LaneEvent, undefined>> | undefined
  #end: { readonly error?: unknown } | undefined
  droppedCount = 0

  push(event: LaneEvent): void {
    if (this.#end) return
    this.#events.push(event)
    if (this.#waiting) this.#hand(this.#waiting)
    if (this.#events.length > capacity) this.#drop()
  }

  /** What came before is still read; then the loop ends, or throws the error. */
  close(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end
    if (this.#waiting) this.#hand(this.#waiting)
  }

  next(): Promise<IteratorResult<LaneEvent, undefined>> {
    const next = Promise.withResolvers<IteratorResult<LaneEvent, undefined>>()
    this.#hand(next)
    return next.promise
  }

  return(): Promise<IteratorResult<LaneEvent, undefined>> {
    this.#events = []
    this.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #hand(reader: PromiseWithResolvers<IteratorResult<LaneEvent, undefined>>): void {
    this.#waiting = undefined
    const event = this.#events.shift()
    if (event) reader.resolve({ done: false, value: event })
    else if (!this.#end) this.#waiting = reader
    else if (this.#end.error === undefined) reader.resolve({ done: true, value: undefined })
    else {
      reader.reject(this.#end.error)
      this.#end = {}
    }
  }

  #drop(): void {
    const dispensable = this.#events.findIndex(({ type }) => type === 'speech-continues')
    this.#events.splice(Math.max(0, dispensable), 1)
    this.droppedCount += 1
  }
}

/** Hands a value that keeps changing to one reader: of what came since the last look, only the newest. */
export class Newest<T> implements AsyncIterable<T> {
  #waiting: { readonly value: T } | undefined
  #end: { readonly fault?: unknown } | undefined
  #wake: () => void = () => undefined

  set(value: T): void {
    if (this.#end) return
    this.#waiting = { value }
    this.#wake()
  }

  /** Nothing follows; a fault is thrown to the reader at once, an end after the last value. */
  end(fault?: { readonly fault: unknown }): void {
    this.#end ??= fault ?? {}
    this.#wake()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      if (this.#end && 'fault' in this.#end) throw this.#end.fault
      const next = this.#waiting
      this.#waiting = undefined
      if (next) yield next.value
      else if (this.#end) return
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}

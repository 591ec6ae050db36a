const kept = 10_000

/** The ids of what was finished last, by this process or another. */
export class FinishedItems {
  readonly #ids = new Set<string>()

  note(id: string): void {
    this.#ids.add(id)
    const [oldest] = this.#ids
    if (this.#ids.size > kept && oldest !== undefined) this.#ids.delete(oldest)
  }

  has(id: string): boolean {
    return this.#ids.has(id)
  }
}

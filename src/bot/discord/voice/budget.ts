/** So many times in any stretch of time, and no more. */
export class Budget {
  readonly #max: number
  readonly #windowMs: number
  readonly #now: () => number
  #taken: number[] = []

  constructor(max: number, windowMs: number, now: () => number = () => performance.now()) {
    this.#max = max
    this.#windowMs = windowMs
    this.#now = now
  }

  /** How long to wait before the next time; 0 when it may be now. */
  get waitMs(): number {
    const now = this.#now()
    this.#taken = this.#taken.filter((at) => now - at < this.#windowMs)
    const [oldest] = this.#taken
    return oldest === undefined || this.#taken.length < this.#max ? 0 : oldest + this.#windowMs - now
  }

  /** Whether it may be now; if so it counts. */
  take(): boolean {
    if (this.waitMs > 0) return false
    this.#taken.push(this.#now())
    return true
  }
}

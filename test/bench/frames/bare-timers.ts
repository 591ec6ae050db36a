/** What Node's own timers do at the same time: the floor under every clock built on them. */
export class BareTimers {
  readonly jitterMs: number[] = []
  readonly #timer: NodeJS.Timeout
  #lastMs = performance.now()

  constructor() {
    this.#timer = setInterval(() => this.#ring(), 20)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #ring(): void {
    const now = performance.now()
    this.jitterMs.push(Math.abs(now - this.#lastMs - 20))
    this.#lastMs = now
  }
}

/** Something that happens in a while, unless it is called off. */
export class Countdown {
  #timer: NodeJS.Timeout | undefined

  /** Has no effect while one is running. */
  start(ms: number, run: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      run()
    }, ms)
  }

  callOff(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

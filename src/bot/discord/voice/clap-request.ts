import { Budget } from './budget.ts'

/** A media worker that does not answer in that time is busy with worse things. */
const answerWithinMs = 1_500

/** A clap that was asked for; who asks meanwhile gets the same one, and more than one a second nobody gets. */
export class ClapRequest {
  readonly #pace = new Budget(1, 1_000)
  #pending: PromiseWithResolvers<number | undefined> | undefined
  #timer: NodeJS.Timeout | undefined

  /** Resolves with when it is heard, in milliseconds since the epoch; undefined when it is not. */
  async ask(send: () => void): Promise<number | undefined> {
    if (this.#pending) return await this.#pending.promise
    if (!this.#pace.take()) return undefined
    this.#pending = Promise.withResolvers()
    this.#timer = setTimeout(() => this.settle(undefined), answerWithinMs).unref()
    const { promise } = this.#pending
    send()
    return await promise
  }

  settle(playAt: number | undefined): void {
    clearTimeout(this.#timer)
    this.#pending?.resolve(playAt)
    this.#pending = undefined
  }
}

import type { Logger } from '#core/telemetry/logger.ts'

export interface BackgroundTasksOptions {
  readonly logger: Logger
  readonly concurrency: number
  /** A task whose turn has not come when so many wait is left out; it will be wanted again. */
  readonly maxWaiting: number
  readonly timeoutMs: number
}

type Task = (signal: AbortSignal) => Promise<void>

/** Work that nobody waits for: bounded in number and time, one per key, its failures logged, ended on disposal. */
export class BackgroundTasks implements AsyncDisposable {
  readonly #options: BackgroundTasksOptions
  readonly #closing = new AbortController()
  readonly #waiting = new Map<string, Task>()
  readonly #running = new Map<string, Promise<void>>()

  constructor(options: BackgroundTasksOptions) {
    this.#options = options
  }

  /** Runs the task soon, unless one of this key is running, or the process is closing or too busy. */
  add(key: string, task: Task): void {
    const { maxWaiting } = this.#options
    if (this.#closing.signal.aborted || this.#running.has(key) || this.#waiting.size >= maxWaiting) return
    this.#waiting.set(key, task)
    this.#startNext()
  }

  /** Aborts what runs, forgets what waits, and resolves when nothing runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    this.#waiting.clear()
    await Promise.all(this.#running.values())
  }

  #startNext(): void {
    const [next] = this.#waiting
    if (next === undefined || this.#running.size >= this.#options.concurrency) return
    const [key, task] = next
    this.#waiting.delete(key)
    const run = this.#run(task).finally(() => {
      this.#running.delete(key)
      this.#startNext()
    })
    this.#running.set(key, run)
  }

  async #run(task: Task): Promise<void> {
    const { timeoutMs, logger } = this.#options
    try {
      await task(AbortSignal.any([this.#closing.signal, AbortSignal.timeout(timeoutMs)]))
    } catch (error) {
      if (!this.#closing.signal.aborted) logger.warn('a background task failed', { error })
    }
  }
}

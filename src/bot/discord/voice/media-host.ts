import type { Logger } from '#core/telemetry/logger.ts'
import { MediaWorker } from './media-worker.ts'
import type { FromWorker, WorkerSetup } from './worker-messages.ts'

/** A process that nobody needs costs memory; one that is wanted again soon is worth keeping. */
const idleMs = 60_000
const maxDeaths = 8
const deathsWithinMs = 60_000

export interface MediaHostOptions {
  readonly setup: WorkerSetup
  readonly logger: Logger
  onMessage(message: FromWorker): void
  /** `isFinal`: workers die one after another, another one would too. */
  onLost(worker: MediaWorker, isFinal: boolean): void
}

/** The media worker while there are calls: started for the first one, replaced when it dies, ended when it is idle. */
export class MediaHost implements AsyncDisposable {
  readonly #options: MediaHostOptions
  #worker: MediaWorker | undefined
  #deaths: number[] = []
  #idleTimer: NodeJS.Timeout | undefined
  #ending: Promise<void> = Promise.resolve()

  constructor(options: MediaHostOptions) {
    this.#options = options
  }

  /** Undefined while there is none. */
  get pid(): number | undefined {
    return this.#worker?.pid
  }

  /** The worker that new connections go to. */
  use(): MediaWorker {
    clearTimeout(this.#idleTimer)
    this.#worker ??= this.#start()
    return this.#worker
  }

  /** There are no calls any more. */
  release(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => this.#end(), idleMs).unref()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idleTimer)
    this.#end()
    await this.#ending
  }

  #start(): MediaWorker {
    const { setup, logger, onMessage } = this.#options
    const worker: MediaWorker = new MediaWorker({
      setup,
      logger,
      onMessage,
      onLost: () => this.#onLost(worker),
    })
    return worker
  }

  #onLost(worker: MediaWorker): void {
    if (this.#worker === worker) this.#worker = undefined
    const now = performance.now()
    this.#deaths = [...this.#deaths.filter((at) => now - at < deathsWithinMs), now]
    this.#options.onLost(worker, this.#deaths.length > maxDeaths)
  }

  #end(): void {
    const worker = this.#worker
    this.#worker = undefined
    if (worker)
      this.#ending = Promise.all([this.#ending, worker[Symbol.asyncDispose]()]).then(() => undefined)
  }
}

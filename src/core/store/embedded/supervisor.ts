import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'
import { type Postmaster, startPostmaster } from './postmaster.ts'
import type { Program } from './run-program.ts'

const firstDelayMs = 100
const longestDelayMs = 5_000
/** About 1.5 s: what processes left over from a killed PostgreSQL may need to notice and leave. */
const triesAtFirst = 5

/** Keeps a PostgreSQL running until it is disposed. */
export class Supervisor implements AsyncDisposable {
  readonly #program: Program
  readonly #logger: Logger
  readonly #stopping = new AbortController()
  readonly #watching: Promise<void>
  #postmaster: Postmaster

  private constructor(program: Program, logger: Logger, postmaster: Postmaster) {
    this.#program = program
    this.#logger = logger
    this.#postmaster = postmaster
    this.#watching = this.#watch()
  }

  /** @throws Error with what PostgreSQL said last, or the signal's reason */
  static async start(program: Program, logger: Logger, signal: AbortSignal | undefined): Promise<Supervisor> {
    const postmaster = await startPatiently(program, { logger, signal, tries: triesAtFirst })
    return new Supervisor(program, logger, postmaster)
  }

  get pid(): number {
    return this.#postmaster.pid
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    if (!(await this.#postmaster.stop()))
      this.#logger.error('embedded PostgreSQL does not stop', { pid: this.pid })
    await this.#watching
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      const how = await this.#postmaster.ended
      if (signal.aborted) return
      this.#logger.error('embedded PostgreSQL ended by itself, starting it again', { how })
      try {
        this.#postmaster = await startPatiently(this.#program, {
          logger: this.#logger,
          signal,
          tries: Infinity,
        })
      } catch (error) {
        if (!signal.aborted) this.#logger.error('embedded PostgreSQL cannot be started again', { error })
      }
    }
  }
}

async function startPatiently(
  program: Program,
  { logger, signal, tries }: { logger: Logger; signal: AbortSignal | undefined; tries: number },
): Promise<Postmaster> {
  for (
    let attempt = 1, delayMs = firstDelayMs;
    ;
    attempt++, delayMs = Math.min(delayMs * 2, longestDelayMs)
  ) {
    try {
      return await startPostmaster(program, { logger, signal })
    } catch (error) {
      if (attempt >= tries || signal?.aborted) throw error
      logger.warn('embedded PostgreSQL did not start, trying again', { attempt, error })
      await sleep(delayMs, undefined, signal ? { signal } : {})
    }
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'

/** Work that nobody awaits where it begins. Failures are logged; `drain` waits for what is still running. */
export class Tasks {
  readonly #running = new Set<Promise<void>>()
  readonly #logger: Logger

  constructor(logger: Logger) {
    this.#logger = logger
  }

  run(name: string, work: () => Promise<void>): void {
    const task = work().catch((error: unknown) => {
      if (!isAbort(error)) this.#logger.error('a task failed', { task: name, error })
    })
    this.#running.add(task)
    task.finally(() => this.#running.delete(task)).catch(() => undefined)
  }

  /** Resolves with whether everything ended in time. */
  async drain(deadlineMs: number): Promise<boolean> {
    const deadline = sleep(deadlineMs, false, { ref: false })
    const idle = async () => {
      while (this.#running.size > 0) await Promise.all(this.#running)
      return true
    }
    return await Promise.race([idle(), deadline])
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

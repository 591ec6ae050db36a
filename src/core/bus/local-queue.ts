import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage, ConsumeOptions, Delivery, WorkItem } from './bus.ts'
import { reasonOf } from './dead-letter.ts'
import { DeadLetterError, LaneFullError } from './errors.ts'
import { type LaneHead, Lanes } from './lanes.ts'
import { handBackMs } from './limits.ts'
import { backoffAfter, type RetryPolicy } from './retry.ts'
import { settlesWithin } from './within.ts'
import type { WorkRow, WorkTable } from './work-table.ts'

export interface LocalQueueOptions {
  readonly table: WorkTable
  readonly laneLimit: number
  readonly retry: RetryPolicy
  readonly logger: Logger
  readonly putAside: (message: BusMessage, reason: string) => Promise<void>
}

/** The work queue of one process: durable by its table, in order by its lanes. */
export class LocalQueue {
  readonly #options: LocalQueueOptions
  readonly #lanes = new Lanes()
  readonly #depths = new Map<string, number>()
  #changed = Promise.withResolvers<void>()

  constructor(options: LocalQueueOptions) {
    this.#options = options
    for (const { subject, sequence } of options.table.unfinished()) this.#admit(subject, sequence)
  }

  /** @throws LaneFullError */
  async enqueue(item: WorkItem): Promise<void> {
    const { table, laneLimit } = this.#options
    const { subject } = item
    if (this.#depth(subject) >= laneLimit && item.whenFull !== 'wait')
      throw new LaneFullError(subject, laneLimit)
    // Counted before the commit: a hundred at once must not all find room.
    this.#countDepth(subject, 1)
    try {
      const sequence = await table.add(item)
      if (sequence === undefined) this.#countDepth(subject, -1)
      else this.#lanes.add(subject, sequence)
      this.#announceChange()
    } catch (error) {
      this.#countDepth(subject, -1)
      throw error
    }
  }

  async consume(
    handle: (delivery: Delivery) => Promise<void>,
    { signal, concurrency }: ConsumeOptions,
  ): Promise<void> {
    const running = new Set<Promise<void>>()
    const resting = new Set<Promise<void>>()
    const wake = () => this.#announceChange()
    signal.addEventListener('abort', wake, { once: true })
    while (!signal.aborted) {
      const { promise: changed } = this.#changed
      const head = running.size < concurrency ? this.#lanes.take() : undefined
      if (!head) {
        await changed
        continue
      }
      const task = this.#work(head, handle, signal).then((restMs) => {
        running.delete(task)
        const rest = this.#rest(head, restMs, signal).finally(() => resting.delete(rest))
        resting.add(rest)
        wake()
      })
      running.add(task)
    }
    await settlesWithin(Promise.all([...running, ...resting]), handBackMs)
  }

  /** One try. Returns how long the item has to rest before the next one, or undefined when it is finished. */
  async #work(
    head: LaneHead,
    handle: (delivery: Delivery) => Promise<void>,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { table, retry, logger } = this.#options
    try {
      const row = await table.begin(head.key)
      if (row.tries > retry.maxTries) await this.#bury(row, 'its process died at every try')
      else {
        const failure = await tryOnce(row, handle, signal)
        if (failure && !isFinal(failure.error, row.tries, retry)) {
          if (signal.aborted) return 0
          logger.warn('bus: an item failed and will be tried again', {
            tries: row.tries,
            error: failure.error,
          })
          return backoffAfter(retry, row.tries)
        }
        if (failure) await this.#bury(row, reasonOf(failure.error))
      }
      await table.finish(head.key)
      return undefined
    } catch (error) {
      logger.error('bus: the queue on disk does not work', { error })
      return backoffAfter(retry, retry.maxTries)
    }
  }

  async #bury(row: WorkRow, reason: string): Promise<void> {
    this.#options.logger.error('bus: an item was put aside', { subject: row.subject, tries: row.tries })
    await this.#options.putAside(row, reason)
  }

  async #rest({ subject }: LaneHead, restMs: number | undefined, signal: AbortSignal): Promise<void> {
    if (restMs === undefined) {
      this.#countDepth(subject, -1)
      this.#lanes.finish(subject)
    } else {
      // An abort ends the rest: the next consumer may try at once.
      await sleep(restMs, undefined, { signal }).catch(() => {})
      this.#lanes.giveBack(subject)
    }
    this.#announceChange()
  }

  #admit(subject: string, sequence: number): void {
    this.#countDepth(subject, 1)
    this.#lanes.add(subject, sequence)
  }

  #announceChange(): void {
    this.#changed.resolve()
    this.#changed = Promise.withResolvers<void>()
  }

  #depth(subject: string): number {
    return this.#depths.get(subject) ?? 0
  }

  #countDepth(subject: string, change: 1 | -1): void {
    const depth = this.#depth(subject) + change
    if (depth === 0) this.#depths.delete(subject)
    else this.#depths.set(subject, depth)
  }
}

/** Runs the handler; what it rejected with, if it did. */
async function tryOnce(
  row: WorkRow,
  handle: (delivery: Delivery) => Promise<void>,
  signal: AbortSignal,
): Promise<{ error: unknown } | undefined> {
  const { subject, body, headers, sequence, tries } = row
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    await handle({ subject, body, headers, sequence, deliveryCount: tries, signal: controller.signal })
    return undefined
  } catch (error) {
    return { error }
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

function isFinal(error: unknown, tries: number, retry: RetryPolicy): boolean {
  return error instanceof DeadLetterError || tries >= retry.maxTries
}

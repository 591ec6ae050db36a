import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage, ConsumeOptions, Delivery, WorkItem } from './bus.ts'
import { LaneFullError } from './errors.ts'
import { type LaneHead, Lanes } from './lanes.ts'
import { backoffAfter, type RetryPolicy } from './retry.ts'
import { type TryOutcome, tryItem, windDown } from './try-item.ts'
import type { WorkTable } from './work-table.ts'

export interface LocalQueueOptions {
  readonly table: WorkTable
  readonly laneLimit: number
  readonly retry: RetryPolicy
  readonly logger: Logger
  readonly putAside: (message: BusMessage, reason: string) => Promise<void>
  /** Aborts when the bus closes: then no handler has any grace left. */
  readonly closing: AbortSignal
}

/** The work queue of one process: durable by its table, in order by its lanes. */
export class LocalQueue {
  readonly #options: LocalQueueOptions
  readonly #lanes = new Lanes()
  readonly #depths = new Map<string, number>()
  #changed = Promise.withResolvers<void>()

  constructor(options: LocalQueueOptions) {
    this.#options = options
    for (const { subject, sequence } of options.table.unfinished()) {
      this.#countDepth(subject, 1)
      this.#lanes.add(subject, sequence)
    }
  }

  /** @throws LaneFullError */
  async enqueue(item: WorkItem): Promise<void> {
    const { subject } = item
    const sequence = await this.#options.table.add(item, {
      admit: () => this.#admit(item),
      undo: () => this.#countDepth(subject, -1),
    })
    if (sequence === undefined) return
    this.#lanes.add(subject, sequence)
    this.#announceChange()
  }

  async consume(
    handle: (delivery: Delivery) => Promise<void>,
    { signal, concurrency, graceMs }: ConsumeOptions,
  ): Promise<void> {
    const { closing } = this.#options
    const running = new Set<Promise<void>>()
    const resting = new Set<Promise<void>>()
    const handlers = new AbortController()
    const stop = AbortSignal.any([signal, closing])
    stop.addEventListener('abort', () => this.#announceChange(), { once: true })
    closing.addEventListener('abort', () => handlers.abort(closing.reason), { once: true })
    while (!stop.aborted) {
      const { promise: changed } = this.#changed
      const head = running.size < concurrency ? this.#lanes.take() : undefined
      if (!head) {
        await changed
        continue
      }
      const task = this.#try(head, handle, handlers.signal).then((outcome) => {
        running.delete(task)
        const rest = this.#settle(head, outcome, stop).finally(() => resting.delete(rest))
        resting.add(rest)
        this.#announceChange()
      })
      running.add(task)
    }
    await windDown(running, handlers, { graceMs, reason: stop.reason })
    await Promise.all(resting)
  }

  async #try(
    head: LaneHead,
    handle: (delivery: Delivery) => Promise<void>,
    signal: AbortSignal,
  ): Promise<TryOutcome> {
    const { table, retry, logger, putAside } = this.#options
    try {
      const row = await table.begin(head.key)
      // Erased while it waited.
      if (row === undefined) return 'done'
      const outcome = await tryItem(row, row.tries, { retry, logger, putAside, handle, signal })
      if (typeof outcome === 'string') await table.finish(head.key)
      return outcome
    } catch (error) {
      logger.error('bus: the queue on disk does not work', { error })
      return { retryAfterMs: backoffAfter(retry, retry.maxTries) }
    }
  }

  async #settle({ subject }: LaneHead, outcome: TryOutcome, stop: AbortSignal): Promise<void> {
    if (typeof outcome === 'string') {
      this.#countDepth(subject, -1)
      this.#lanes.finish(subject)
    } else {
      // An abort ends the rest: the next consumer may try at once.
      await sleep(outcome.retryAfterMs, undefined, { signal: stop }).catch(() => {})
      this.#lanes.giveBack(subject)
    }
    this.#announceChange()
  }

  #admit({ subject, whenFull }: WorkItem): void {
    const { laneLimit } = this.#options
    if (this.#depth(subject) >= laneLimit && whenFull !== 'wait') throw new LaneFullError(subject, laneLimit)
    this.#countDepth(subject, 1)
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

import type { Logger } from '#core/telemetry/logger.ts'
import type { WorkItem } from './bus.ts'
import { LaneFullError } from './errors.ts'
import type { LaneHead } from './lanes.ts'
import type { Outbox } from './outbox.ts'

export interface FlusherOptions {
  readonly outbox: Outbox
  /** Hands one item to the broker. A rejection means that the broker has trouble, not that the item is faulty. */
  readonly send: (item: WorkItem) => Promise<'stored' | 'lane-full'>
  readonly isConnected: () => boolean
  readonly laneLimit: number
  readonly logger: Logger
}

interface Caller {
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

const subjectsInParallel = 64
const laneFullRetryMs = 1_000
const firstPauseMs = 100
const longestPauseMs = 5_000
/** How long an enqueue waits to hear whether the lane is full; after that the outbox vouches for the item. */
const handOverMs = 250

/** Moves items from the outbox to the broker: in order per subject, one of a subject at a time, subjects in parallel. */
export class OutboxFlusher implements AsyncDisposable {
  readonly #options: FlusherOptions
  readonly #sending = new Set<Promise<void>>()
  readonly #callers = new Map<number, Caller>()
  readonly #fullSubjects = new Set<string>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #pauseMs = firstPauseMs
  #isPaused = false
  #isClosed = false

  constructor(options: FlusherOptions) {
    this.#options = options
  }

  /** True when the broker refused an item of that subject that is still waiting. */
  isFull(subject: string): boolean {
    return this.#fullSubjects.has(subject)
  }

  /** Sends what may be sent now; call it when something was added. */
  wake(): void {
    const { lanes } = this.#options.outbox
    while (!this.#isClosed && !this.#isPaused && this.#options.isConnected()) {
      if (this.#sending.size >= subjectsInParallel) return
      const head = lanes.take()
      if (!head) return
      const task = this.#sendHead(head).finally(() => {
        this.#sending.delete(task)
        this.wake()
      })
      this.#sending.add(task)
    }
  }

  /** The broker is back: no pause holds any more. */
  resume(): void {
    this.#isPaused = false
    this.#pauseMs = firstPauseMs
    this.wake()
  }

  /**
   * Sends the item just added and resolves when the broker has it, or after a moment when it is busy or away.
   * @throws LaneFullError when the broker refused it; it is out of the outbox then.
   */
  async handOver(key: number): Promise<void> {
    if (!this.#options.isConnected()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, handOverMs)
    this.#callers.set(key, { resolve, reject })
    this.wake()
    try {
      await promise
    } finally {
      clearTimeout(timer)
      this.#callers.delete(key)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const { resolve } of this.#callers.values()) resolve()
    await Promise.all(this.#sending)
  }

  async #sendHead(head: LaneHead): Promise<void> {
    const { outbox, send, logger } = this.#options
    try {
      const item = outbox.read(head.key)
      const outcome = await send(item)
      this.#pauseMs = firstPauseMs
      if (outcome === 'stored') await this.#settle(head, item)
      else await this.#onLaneFull(head, item)
    } catch (error) {
      outbox.lanes.giveBack(head.subject)
      logger.warn('outbox: the broker did not take an item, it stays', { error, waiting: outbox.size })
      this.#pause()
    }
  }

  async #settle(head: LaneHead, item: WorkItem, refusal?: Error): Promise<void> {
    const { outbox } = this.#options
    this.#fullSubjects.delete(head.subject)
    await outbox.remove(head.key, item)
    outbox.lanes.finish(head.subject)
    const caller = this.#callers.get(head.key)
    if (refusal) caller?.reject(refusal)
    else caller?.resolve()
  }

  /** Whoever still waits for the answer is told; what was accepted before stays until there is room. */
  async #onLaneFull(head: LaneHead, item: WorkItem): Promise<void> {
    const caller = this.#callers.get(head.key)
    if (caller && item.whenFull !== 'wait') {
      await this.#settle(head, item, new LaneFullError(head.subject, this.#options.laneLimit))
      return
    }
    caller?.resolve()
    this.#fullSubjects.add(head.subject)
    this.#later(laneFullRetryMs, () => this.#options.outbox.lanes.giveBack(head.subject))
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#later(this.#pauseMs, () => {
      this.#isPaused = false
    })
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs)
  }

  #later(delayMs: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
      this.wake()
    }, delayMs)
    this.#timers.add(timer)
  }
}

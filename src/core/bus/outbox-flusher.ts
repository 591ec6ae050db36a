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

type Caller = PromiseWithResolvers<void>

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
   * Sends an item that was added and resolves when the broker has it, or after a moment when it is busy or away.
   * @throws LaneFullError when the broker refused it; it is out of the outbox then.
   */
  async handOver({ key, isNew }: { readonly key: number; readonly isNew: boolean }): Promise<void> {
    // Whoever enqueues the same item again shares the fate of the first, unless that was accepted already.
    const caller = isNew ? this.#openCall(key) : this.#callers.get(key)
    this.wake()
    await caller?.promise
  }

  #openCall(key: number): Caller | undefined {
    if (!this.#options.isConnected()) return undefined
    const caller = Promise.withResolvers<void>()
    this.#callers.set(key, caller)
    this.#later(handOverMs, () => this.#answer(key))
    return caller
  }

  /** After this the item is accepted, or refused, for good. */
  #answer(key: number, refusal?: Error): void {
    const caller = this.#callers.get(key)
    this.#callers.delete(key)
    if (refusal) caller?.reject(refusal)
    else caller?.resolve()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    for (const timer of this.#timers) clearTimeout(timer)
    for (const key of [...this.#callers.keys()]) this.#answer(key)
    await Promise.all(this.#sending)
  }

  async #sendHead(head: LaneHead): Promise<void> {
    const { outbox, send, logger } = this.#options
    try {
      const item = outbox.read(head.key)
      if (item === undefined) return this.#leaveErased(head)
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

  #leaveErased({ subject, key }: LaneHead): void {
    this.#options.outbox.lanes.finish(subject)
    this.#answer(key)
  }

  async #settle(head: LaneHead, item: WorkItem, refusal?: Error): Promise<void> {
    const { outbox } = this.#options
    this.#fullSubjects.delete(head.subject)
    await outbox.remove(head.key, item)
    outbox.lanes.finish(head.subject)
    this.#answer(head.key, refusal)
  }

  /** Whoever still waits for the answer is told; what was accepted before stays until there is room. */
  async #onLaneFull(head: LaneHead, item: WorkItem): Promise<void> {
    if (this.#callers.has(head.key) && item.whenFull !== 'wait') {
      await this.#settle(head, item, new LaneFullError(head.subject, this.#options.laneLimit))
      return
    }
    this.#answer(head.key)
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

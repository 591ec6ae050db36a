import type { Logger } from '#core/telemetry/logger.ts'
import type { Bus, BusMessage, ConsumeOptions, Delivery, WorkItem } from './bus.ts'
import { deadLetterHeaders } from './dead-letter.ts'
import type { Erasure } from './erasure.ts'
import { BusUnavailableError } from './errors.ts'
import { checkSize, defaultLaneLimit } from './limits.ts'
import { LocalQueue } from './local-queue.ts'
import { LocalTopics } from './local-topics.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { matchesSubject } from './subject-filter.ts'
import { WorkTable } from './work-table.ts'

export interface InProcessBusOptions {
  /** Where the work queue lives; `:memory:` for tests. One process per file. */
  readonly file: string
  readonly logger: Logger
  readonly laneLimit?: number
  readonly retry?: RetryPolicy
}

/** Records serve readers of this same process, so they need not outlive it; the newest thousand subjects are kept. */
const keptRecords = 1_000

/**
 * The bus of `companions all` without a broker: everything stays in this process, and the work queue is on disk.
 * @throws FileInUseError
 */
export async function openInProcessBus(options: InProcessBusOptions): Promise<Bus> {
  return new InProcessBus(await WorkTable.open(options.file), options)
}

class InProcessBus implements Bus {
  status: Bus['status'] = 'connected'
  readonly #table: WorkTable
  readonly #queue: LocalQueue
  readonly #topics: LocalTopics
  readonly #records = new Map<string, { readonly id: string; readonly message: BusMessage }>()
  readonly #closing = new AbortController()
  readonly #consumers = new Set<Promise<void>>()

  constructor(table: WorkTable, options: InProcessBusOptions) {
    const { logger, laneLimit = defaultLaneLimit, retry = defaultRetryPolicy } = options
    this.#table = table
    this.#topics = new LocalTopics(logger)
    const putAside = (message: BusMessage, reason: string) => this.deadLetter('chat', message, reason)
    const closing = this.#closing.signal
    this.#queue = new LocalQueue({ table, laneLimit, retry, logger, putAside, closing })
  }

  async enqueue(item: WorkItem, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#checkOpen()
    checkSize(item.body)
    await this.#queue.enqueue(item)
  }

  async consume(handle: (delivery: Delivery) => Promise<void>, options: ConsumeOptions): Promise<void> {
    this.#checkOpen()
    const consumer = this.#queue.consume(handle, options)
    this.#consumers.add(consumer)
    try {
      await consumer
    } finally {
      this.#consumers.delete(consumer)
    }
  }

  publish(subject: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
    this.#topics.publish({ subject, body, headers })
  }

  subscribe(subject: string, options: { signal: AbortSignal; capacity?: number }): AsyncIterable<BusMessage> {
    const signal = AbortSignal.any([options.signal, this.#closing.signal])
    return this.#topics.subscribe(subject, signal, options.capacity)
  }

  async listen(
    subject: string,
    onMessage: (message: BusMessage) => void,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    await this.#topics.listen(subject, onMessage, AbortSignal.any([signal, this.#closing.signal]))
  }

  async record(subject: string, body: Uint8Array, { id }: { id: string }): Promise<void> {
    this.#checkOpen()
    const message = { subject, body, headers: {} }
    if (this.#records.get(subject)?.id === id) return
    // Deleting first moves the subject to the end: the one that was silent longest is forgotten.
    this.#records.delete(subject)
    this.#records.set(subject, { id, message })
    const [oldest] = this.#records.keys()
    if (this.#records.size > keptRecords && oldest !== undefined) this.#records.delete(oldest)
    this.#topics.publish(message)
  }

  async lastRecord(subject: string): Promise<BusMessage | undefined> {
    this.#checkOpen()
    return this.#records.get(subject)?.message
  }

  async request(
    subject: string,
    body: Uint8Array,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage> {
    this.#checkOpen()
    return await this.#topics.request({ subject, body, headers: {} }, options)
  }

  async respond(
    subject: string,
    answer: (message: BusMessage) => Promise<Uint8Array>,
    options: { signal: AbortSignal },
  ): Promise<void> {
    await this.#topics.respond(subject, answer, AbortSignal.any([options.signal, this.#closing.signal]))
  }

  async deadLetter(what: string, message: BusMessage, reason: string): Promise<void> {
    this.#checkOpen()
    await this.#table.putAside(what, message, reason)
    const headers = deadLetterHeaders(message, reason)
    this.publish(`ai.dead.${what}`, message.body, headers)
  }

  async erase(what: Erasure): Promise<void> {
    this.#checkOpen()
    this.#table.erase(what)
    for (const subject of this.#records.keys())
      if (what.records.some((filter) => matchesSubject(filter, subject))) this.#records.delete(subject)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.status === 'closed') return
    this.#closing.abort(new Error('the bus is closing'))
    await Promise.allSettled(this.#consumers)
    this.status = 'closed'
    this.#table[Symbol.dispose]()
  }

  #checkOpen(): void {
    if (this.status === 'closed') throw new BusUnavailableError()
  }
}

import type { StoredMsg } from '@nats-io/jetstream'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Bus, BusMessage, ConsumeOptions, Delivery, WorkItem } from './bus.ts'
import { deadLetterHeaders } from './dead-letter.ts'
import type { Erasure } from './erasure.ts'
import { BusUnavailableError, LaneFullError, StreamConflictError } from './errors.ts'
import { JetStreamBroker } from './jetstream-broker.ts'
import { checkSize, defaultLaneLimit } from './limits.ts'
import { fromNatsHeaders } from './nats-headers.ts'
import { NatsTopics } from './nats-topics.ts'
import { Outbox } from './outbox.ts'
import { OutboxFlusher } from './outbox-flusher.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { deadStream, recordStreamOf, requestStream, transcriptStream } from './streams.ts'
import { settlesWithin, within } from './within.ts'
import { runWorkConsumer } from './work-consumer.ts'

export interface JetStreamBusOptions {
  /** One or more servers, `nats://user:password@host:4222,…`. */
  readonly url: string
  /** Where work waits while the broker is away; `:memory:` for tests. One process per file. */
  readonly outboxFile: string
  readonly logger: Logger
  readonly outboxMaxItems?: number
  readonly laneLimit?: number
  readonly retry?: RetryPolicy
  /** After this long without a sign of life a worker's items go to another one; 10 s if undefined. */
  readonly ackWaitMs?: number
  /** A dead link is noticed within twice this time; 10 s if undefined. */
  readonly pingIntervalMs?: number
  /** How long opening waits for the broker before it goes on without; 2 s if undefined. */
  readonly firstConnectMs?: number
  /** The least time between two attempts to connect, 500 ms if undefined. They never end. */
  readonly reconnectMs?: number
  /** Copies of each stream in a cluster; left alone when undefined. */
  readonly replicas?: number
}

/**
 * The bus between processes, over NATS JetStream. Opens also while the broker is away.
 * @throws FileInUseError, StreamConflictError
 */
export async function openJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const { outboxFile: file, outboxMaxItems: maxItems } = options
  const outbox = await Outbox.open(maxItems === undefined ? { file } : { file, maxItems })
  const bus = new JetStreamBus(outbox, options)
  try {
    await bus.firstContact()
    return bus
  } catch (error) {
    await bus[Symbol.asyncDispose]()
    throw error
  }
}

/** Whose messages these hold is in the messages and not in their subjects. */
const searched = [
  { stream: deadStream, subject: 'ai.dead.>' },
  { stream: transcriptStream, subject: 'ai.voice.transcript.*' },
] as const

class JetStreamBus implements Bus {
  readonly #options: JetStreamBusOptions
  readonly #laneLimit: number
  readonly #ackWaitMs: number
  readonly #outbox: Outbox
  readonly #flusher: OutboxFlusher
  readonly #broker: JetStreamBroker
  readonly #topics: NatsTopics
  readonly #closing = new AbortController()
  readonly #consumers = new Set<Promise<void>>()

  constructor(outbox: Outbox, options: JetStreamBusOptions) {
    const { logger, replicas, laneLimit = defaultLaneLimit, ackWaitMs = 10_000 } = options
    this.#options = options
    this.#laneLimit = laneLimit
    this.#ackWaitMs = ackWaitMs
    this.#outbox = outbox
    this.#broker = new JetStreamBroker({
      ...options,
      settings: { laneLimit, ackWaitMs, replicas },
    })
    this.#topics = new NatsTopics(this.#broker.link, logger)
    this.#flusher = new OutboxFlusher({
      outbox,
      laneLimit,
      logger,
      isConnected: () => this.#broker.link.isReady,
      send: ({ subject, body, id, headers }) => this.#broker.offer(subject, body, { id, headers }),
    })
    this.#broker.link.onReady(() => this.#flusher.resume())
  }

  get status(): Bus['status'] {
    if (this.#closing.signal.aborted) return 'closed'
    return this.#broker.link.isReady ? 'connected' : 'reconnecting'
  }

  /** Waits a moment for the broker. @throws StreamConflictError */
  async firstContact(): Promise<void> {
    const { link } = this.#broker
    await settlesWithin(link.firstAttempt, this.#options.firstConnectMs ?? 2_000)
    if (link.prepareFault instanceof StreamConflictError) throw link.prepareFault
  }

  async enqueue(item: WorkItem, { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    signal?.throwIfAborted()
    this.#checkOpen()
    checkSize(item.body)
    const entry = await this.#outbox.add(item, () => this.#admit(item))
    await within(this.#flusher.handOver(entry), { signal })
  }

  async consume(handle: (delivery: Delivery) => Promise<void>, options: ConsumeOptions): Promise<void> {
    this.#checkOpen()
    const { logger, retry = defaultRetryPolicy } = this.#options
    const consumer = runWorkConsumer({
      ...options,
      handle,
      broker: this.#broker,
      ackWaitMs: this.#ackWaitMs,
      retry,
      logger,
      closing: this.#closing.signal,
      putAside: (message, reason, id) => this.#putAside('chat', message, reason, id),
    })
    this.#consumers.add(consumer)
    try {
      await consumer
    } finally {
      this.#consumers.delete(consumer)
    }
  }

  publish(subject: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    this.#topics.publish(subject, body, headers)
  }

  subscribe(subject: string, options: { signal: AbortSignal; capacity?: number }): AsyncIterable<BusMessage> {
    return this.#topics.subscribe(subject, this.#untilClosed(options.signal), options.capacity)
  }

  async listen(
    subject: string,
    onMessage: (message: BusMessage) => void,
    { signal }: { signal: AbortSignal },
  ): Promise<void> {
    await this.#topics.listen(subject, onMessage, this.#untilClosed(signal))
  }

  async record(subject: string, body: Uint8Array, { id }: { id: string }): Promise<void> {
    await available(this.#broker.store(subject, body, { id }))
  }

  async lastRecord(
    subject: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<BusMessage | undefined> {
    const message = await within(available(this.#broker.lastMessage(recordStreamOf(subject), subject)), {
      signal,
    })
    return message && { subject, body: message.data, headers: fromNatsHeaders(message.header) }
  }

  async request(
    subject: string,
    body: Uint8Array,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage> {
    return await this.#topics.request({ subject, body }, options)
  }

  async respond(
    subject: string,
    answer: (message: BusMessage) => Promise<Uint8Array>,
    options: { signal: AbortSignal },
  ): Promise<void> {
    await this.#topics.respond(subject, answer, this.#untilClosed(options.signal))
  }

  async deadLetter(what: string, message: BusMessage, reason: string): Promise<void> {
    await this.#putAside(what, message, reason, crypto.randomUUID())
  }

  async erase({ work, records, isMeant }: Erasure, { signal }: { signal: AbortSignal }): Promise<void> {
    this.#checkOpen()
    this.#outbox.erase(work)
    const all = () => true
    for (const subject of work)
      await available(this.#broker.erase({ stream: requestStream, subject }, all, signal))
    for (const subject of records)
      await available(this.#broker.erase({ stream: recordStreamOf(subject), subject }, all, signal))
    const isTheirs = ({ subject, header, data }: StoredMsg) =>
      isMeant({ subject, headers: fromNatsHeaders(header), body: data })
    for (const kept of searched) await available(this.#broker.erase(kept, isTheirs, signal))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new Error('the bus is closing'))
    await Promise.allSettled(this.#consumers)
    await this.#flusher[Symbol.asyncDispose]()
    await this.#broker[Symbol.asyncDispose]()
    this.#outbox[Symbol.dispose]()
  }

  async #putAside(what: string, message: BusMessage, reason: string, id: string): Promise<void> {
    const headers = deadLetterHeaders(message, reason)
    await available(this.#broker.store(`ai.dead.${what}`, message.body, { id: `dead-${id}`, headers }))
  }

  /** Throws when the lane is known to be full. */
  #admit({ subject, whenFull }: WorkItem): void {
    const isFull = this.#outbox.depth(subject) >= this.#laneLimit || this.#flusher.isFull(subject)
    if (isFull && whenFull !== 'wait') throw new LaneFullError(subject, this.#laneLimit)
  }

  #untilClosed(signal: AbortSignal): AbortSignal {
    return AbortSignal.any([signal, this.#closing.signal])
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new BusUnavailableError()
  }
}

/** Whatever the client library says when the broker went away in the middle, callers know one error for it. */
async function available<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    throw error instanceof BusUnavailableError ? error : new BusUnavailableError({ cause: error })
  }
}

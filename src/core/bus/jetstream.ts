import { type Msg, NoRespondersError, TimeoutError } from '@nats-io/transport-node'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Bus, BusMessage, ConsumeOptions, Delivery, WorkItem } from './bus.ts'
import { deadLetterHeaders } from './dead-letter.ts'
import {
  BusTimeoutError,
  BusUnavailableError,
  LaneFullError,
  NoResponderError,
  StreamConflictError,
} from './errors.ts'
import { JetStreamBroker } from './jetstream-broker.ts'
import { checkSize, defaultCapacity, defaultLaneLimit } from './limits.ts'
import { fromNatsHeaders, toNatsHeaders } from './nats-headers.ts'
import { Outbox } from './outbox.ts'
import { OutboxFlusher } from './outbox-flusher.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { recordStream } from './streams.ts'
import { SubscriberQueue } from './subscriber-queue.ts'
import { aborted, settlesWithin, within } from './within.ts'
import { WorkConsumer } from './work-consumer.ts'

export interface JetStreamBusOptions {
  /** One or more servers, `nats://user:password@host:4222,…`. */
  readonly url: string
  /** Where work waits while the broker is away; `:memory:` for tests. One process per file. */
  readonly outboxFile: string
  readonly logger: Logger
  readonly outboxMaxItems?: number
  readonly laneLimit?: number
  readonly retry?: RetryPolicy
  /** After this long without a sign of life a worker's items go to another one. */
  readonly ackWaitMs?: number
  readonly pingIntervalMs?: number
  /** Copies of each stream in a cluster; left alone when undefined. */
  readonly replicas?: number
}

/** How long opening waits for a broker; after that the bus opens without it and reports `reconnecting`. */
const firstConnectMs = 2_000
/** Answers that one responder works on at the same time; beyond, requests run into their time limit. */
const answersInParallel = 64

/**
 * The bus between processes, over NATS JetStream. Opens also while the broker is away.
 * @throws FileInUseError, StreamConflictError
 */
export async function openJetStreamBus(options: JetStreamBusOptions): Promise<Bus> {
  const outbox = await Outbox.open({
    file: options.outboxFile,
    ...(options.outboxMaxItems === undefined ? {} : { maxItems: options.outboxMaxItems }),
  })
  const bus = new JetStreamBus(outbox, options)
  try {
    await bus.firstContact()
    return bus
  } catch (error) {
    await bus[Symbol.asyncDispose]()
    throw error
  }
}

class JetStreamBus implements Bus {
  readonly #options: JetStreamBusOptions
  readonly #laneLimit: number
  readonly #ackWaitMs: number
  readonly #outbox: Outbox
  readonly #flusher: OutboxFlusher
  readonly #broker: JetStreamBroker
  readonly #closing = new AbortController()
  readonly #consumers = new Map<WorkConsumer, Promise<void>>()

  constructor(outbox: Outbox, options: JetStreamBusOptions) {
    const {
      url,
      logger,
      replicas,
      pingIntervalMs,
      laneLimit = defaultLaneLimit,
      ackWaitMs = 10_000,
    } = options
    this.#options = options
    this.#laneLimit = laneLimit
    this.#ackWaitMs = ackWaitMs
    this.#outbox = outbox
    this.#broker = new JetStreamBroker({
      url,
      logger,
      pingIntervalMs,
      settings: { laneLimit, ackWaitMs, replicas },
      onQueueLost: () => {
        for (const consumer of this.#consumers.keys()) consumer.onQueueLost()
      },
    })
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
    const { promise: ready, resolve } = Promise.withResolvers<void>()
    const stop = this.#broker.link.onReady(resolve)
    await settlesWithin(ready, firstConnectMs)
    stop()
    const { prepareFault } = this.#broker.link
    if (prepareFault instanceof StreamConflictError) throw prepareFault
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
    const consumer = new WorkConsumer({
      ...options,
      handle,
      broker: this.#broker,
      ackWaitMs: this.#ackWaitMs,
      retry,
      logger,
      closing: this.#closing.signal,
      putAside: (message, reason, id) => this.#putAside('chat', message, reason, id),
    })
    const running = consumer.run()
    this.#consumers.set(consumer, running)
    try {
      await running
    } finally {
      this.#consumers.delete(consumer)
    }
  }

  publish(subject: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    this.#broker.link.liveNc?.publish(subject, body, headers && { headers: toNatsHeaders(headers) })
  }

  subscribe(subject: string, options: { signal: AbortSignal; capacity?: number }): AsyncIterable<BusMessage> {
    let unsubscribe = () => {}
    const queue = new SubscriberQueue<BusMessage>({
      capacity: options.capacity ?? defaultCapacity,
      signal: AbortSignal.any([options.signal, this.#closing.signal]),
      onDropped: (count) =>
        this.#options.logger.warn('bus: a slow subscriber lost messages', { filter: subject, count }),
      onEnd: () => unsubscribe(),
    })
    if (queue.isClosed) return queue
    unsubscribe = this.#broker.link.subscribe(subject, {
      onMessage: (message) => queue.push(toBusMessage(message)),
    })
    return queue
  }

  async record(subject: string, body: Uint8Array, { id }: { id: string }): Promise<void> {
    await this.#available(this.#broker.store(subject, body, { id }))
  }

  async lastRecord(
    subject: string,
    { signal }: { signal?: AbortSignal } = {},
  ): Promise<BusMessage | undefined> {
    const message = await within(this.#available(this.#broker.lastMessage(recordStream, subject)), { signal })
    return message && { subject, body: message.data, headers: fromNatsHeaders(message.header) }
  }

  async request(
    subject: string,
    body: Uint8Array,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage> {
    const nc = this.#broker.link.liveNc
    if (!nc) throw new BusUnavailableError()
    try {
      return toBusMessage(await within(nc.request(subject, body, { timeout: timeoutMs }), { signal }))
    } catch (error) {
      if (isCausedBy(error, NoRespondersError)) throw new NoResponderError(subject, { cause: error })
      if (isCausedBy(error, TimeoutError)) throw new BusTimeoutError(subject, timeoutMs, { cause: error })
      throw error
    }
  }

  async respond(
    subject: string,
    answer: (message: BusMessage) => Promise<Uint8Array>,
    options: { signal: AbortSignal },
  ): Promise<void> {
    const { logger } = this.#options
    const answering = new Set<Promise<void>>()
    const reply = async (message: Msg) => {
      try {
        message.respond(await answer(toBusMessage(message)))
      } catch (error) {
        logger.error('bus: a responder failed', { subject, error })
      }
    }
    const onMessage = (message: Msg) => {
      if (answering.size >= answersInParallel) {
        logger.warn('bus: a responder is overloaded, a request was dropped', { subject })
        return
      }
      const task = reply(message).finally(() => answering.delete(task))
      answering.add(task)
    }
    const unsubscribe = this.#broker.link.subscribe(subject, { queue: 'responders', onMessage })
    await aborted(AbortSignal.any([options.signal, this.#closing.signal]))
    unsubscribe()
    await Promise.all(answering)
  }

  async deadLetter(what: string, message: BusMessage, reason: string): Promise<void> {
    await this.#putAside(what, message, reason, crypto.randomUUID())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return
    this.#closing.abort(new Error('the bus is closing'))
    await Promise.allSettled(this.#consumers.values())
    await this.#flusher[Symbol.asyncDispose]()
    await this.#broker[Symbol.asyncDispose]()
    this.#outbox[Symbol.dispose]()
  }

  async #putAside(what: string, message: BusMessage, reason: string, id: string): Promise<void> {
    const headers = deadLetterHeaders(message, reason)
    await this.#available(this.#broker.store(`ai.dead.${what}`, message.body, { id: `dead-${id}`, headers }))
  }

  #admit({ subject, whenFull }: WorkItem): void {
    const isFull = this.#outbox.depth(subject) >= this.#laneLimit || this.#flusher.isFull(subject)
    if (isFull && whenFull !== 'wait') throw new LaneFullError(subject, this.#laneLimit)
  }

  /** Whatever the client library says when the broker has gone in the middle, callers know one error for it. */
  async #available<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked
    } catch (error) {
      throw error instanceof BusUnavailableError ? error : new BusUnavailableError({ cause: error })
    }
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new BusUnavailableError()
  }
}

function toBusMessage({ subject, data, headers }: Msg): BusMessage {
  return { subject, body: data, headers: fromNatsHeaders(headers) }
}

function isCausedBy(error: unknown, kind: abstract new (...args: never[]) => Error): boolean {
  if (error instanceof kind) return true
  return error instanceof Error && error.cause instanceof kind
}

import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  type MsgRequest,
  type StoredMsg,
} from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import type { Logger } from '#core/telemetry/logger.ts'
import { BusUnavailableError } from './errors.ts'
import { toNatsHeaders } from './nats-headers.ts'
import { NatsLink } from './nats-link.ts'
import { ensureStreams, requestStream, type StreamSettings } from './streams.ts'

export interface BrokerOptions {
  readonly url: string
  readonly logger: Logger
  readonly settings: StreamSettings
  readonly pingIntervalMs?: number | undefined
  readonly reconnectMs?: number | undefined
}

export interface StoreOptions {
  readonly id: string
  readonly headers?: Readonly<Record<string, string>> | undefined
}

const apiTimeoutMs = 3_000
const storeFailed = 10077

/** JetStream as this bus uses it: streams that exist whenever the link is ready, and a handful of questions. */
export class JetStreamBroker implements AsyncDisposable {
  readonly link: NatsLink
  readonly #options: BrokerOptions
  #clients: { readonly js: JetStreamClient; readonly jsm: JetStreamManager } | undefined

  constructor(options: BrokerOptions) {
    this.#options = options
    this.link = new NatsLink({ ...options, prepare: (nc) => this.#prepare(nc) })
  }

  /** Keeps a message in the stream of its subject; the same id within the duplicate window is kept once. */
  async store(subject: string, body: Uint8Array, { id, headers = {} }: StoreOptions): Promise<void> {
    const { js } = this.#ready()
    await this.#watched(
      js.publish(subject, body, { msgID: id, headers: toNatsHeaders(headers), timeout: apiTimeoutMs }),
    )
  }

  /** Like `store`, for work: `lane-full` when the subject holds as many unfinished items as it may. */
  async offer(subject: string, body: Uint8Array, options: StoreOptions): Promise<'stored' | 'lane-full'> {
    try {
      await this.store(subject, body, options)
      return 'stored'
    } catch (error) {
      // The same code says that the whole stream is full; only the text tells them apart.
      const isLane = error instanceof JetStreamApiError && error.code === storeFailed
      if (isLane && error.message.includes('per subject')) return 'lane-full'
      throw error
    }
  }

  /** The first item of the subject that the queue still holds: the head of the lane. */
  async firstWork(subject: string): Promise<StoredMsg | undefined> {
    // nats-server knows this question since 2.9; only the type of this call does not.
    const query = { seq: 1, next_by_subj: subject }
    return await this.#message(requestStream, query)
  }

  async readWork(sequence: number): Promise<StoredMsg | undefined> {
    return await this.#message(requestStream, { seq: sequence })
  }

  /** Takes an item out of the queue although there is no delivery that could be acknowledged. */
  async deleteWork(sequence: number): Promise<void> {
    const { jsm } = this.#ready()
    await this.#watched(jsm.streams.deleteMessage(requestStream, sequence))
  }

  async lastMessage(stream: string, subject: string): Promise<StoredMsg | undefined> {
    return await this.#message(stream, { last_by_subj: subject })
  }

  /**
   * Overwrites the messages of a subject (`*` as in NATS) that are meant. Listing them one by one is for what is rare.
   * @throws BusUnavailableError, the signal's reason
   */
  async erase(
    { stream, subject }: { readonly stream: string; readonly subject: string },
    isMeant: (message: StoredMsg) => boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { jsm } = this.#ready()
    for (let sequence = 1; ; ) {
      signal.throwIfAborted()
      const query = { seq: sequence, next_by_subj: subject }
      const message = await this.#message(stream, query)
      if (message === undefined) return
      if (isMeant(message)) await this.#watched(jsm.streams.deleteMessage(stream, message.seq, true))
      sequence = message.seq + 1
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.link[Symbol.asyncDispose]()
  }

  async #message(stream: string, query: MsgRequest): Promise<StoredMsg | undefined> {
    const { jsm } = this.#ready()
    return (await this.#watched(jsm.streams.getMessage(stream, query))) ?? undefined
  }

  #ready(): { readonly js: JetStreamClient; readonly jsm: JetStreamManager } {
    if (!this.link.isReady || !this.#clients) throw new BusUnavailableError({ cause: this.link.prepareFault })
    return this.#clients
  }

  async #prepare(nc: NatsConnection): Promise<void> {
    this.#clients ??= {
      js: jetstream(nc, { timeout: apiTimeoutMs }),
      jsm: await jetstreamManager(nc, { timeout: apiTimeoutMs, checkAPI: false }),
    }
    await ensureStreams(this.#clients.jsm, this.#options.settings)
  }

  /** A stream that is gone is made again; the caller learns that this time it did not work. */
  async #watched<T>(asked: Promise<T>): Promise<T> {
    try {
      return await this.link.answered(asked)
    } catch (error) {
      if (isMissingStream(error)) this.link.repair()
      throw error
    }
  }
}

/** Publishing to a subject that no stream listens to looks as if there were no JetStream at all. */
function isMissingStream(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return error.code === JetStreamApiCodes.StreamNotFound
  return error instanceof Error && error.name === 'JetStreamNotEnabled'
}

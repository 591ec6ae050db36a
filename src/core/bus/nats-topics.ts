import { type Msg, NoRespondersError, TimeoutError } from '@nats-io/transport-node'
import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage } from './bus.ts'
import { BusTimeoutError, BusUnavailableError, NoResponderError } from './errors.ts'
import { defaultCapacity } from './limits.ts'
import { listening, type OnMessage } from './listening.ts'
import { fromNatsHeaders, toNatsHeaders } from './nats-headers.ts'
import type { NatsLink } from './nats-link.ts'
import { SubscriberQueue } from './subscriber-queue.ts'
import { aborted, within } from './within.ts'

type Answer = (message: BusMessage) => Promise<Uint8Array>

/** Requests that one responder works on at the same time; those beyond run into their time limit. */
const answersInParallel = 64

/** Publish, subscribe, request and respond over core NATS: at most once, to whoever listens now. */
export class NatsTopics {
  readonly #link: NatsLink
  readonly #logger: Logger

  constructor(link: NatsLink, logger: Logger) {
    this.#link = link
    this.#logger = logger
  }

  publish(subject: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): void {
    this.#link.liveNc?.publish(subject, body, headers && { headers: toNatsHeaders(headers) })
  }

  subscribe(filter: string, signal: AbortSignal, capacity = defaultCapacity): AsyncIterable<BusMessage> {
    let unsubscribe = () => {}
    const queue = new SubscriberQueue<BusMessage>({
      capacity,
      signal,
      onDropped: (count) => this.#logger.warn('bus: a slow subscriber lost messages', { filter, count }),
      onEnd: () => unsubscribe(),
    })
    if (!queue.isClosed)
      unsubscribe = this.#link.subscribe(filter, {
        onMessage: (message) => queue.push(toBusMessage(message)),
      })
    return queue
  }

  async listen(filter: string, onMessage: OnMessage, signal: AbortSignal): Promise<void> {
    const subscribe = (onMessage: OnMessage) =>
      this.#link.subscribe(filter, { onMessage: (message) => onMessage(toBusMessage(message)) })
    await listening(subscribe, onMessage, signal)
  }

  async request(
    { subject, body }: Pick<BusMessage, 'subject' | 'body'>,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage> {
    const nc = this.#link.liveNc
    if (!nc) throw new BusUnavailableError()
    try {
      return toBusMessage(await within(nc.request(subject, body, { timeout: timeoutMs }), { signal }))
    } catch (error) {
      if (isCausedBy(error, NoRespondersError)) throw new NoResponderError(subject, { cause: error })
      if (isCausedBy(error, TimeoutError)) throw new BusTimeoutError(subject, timeoutMs, { cause: error })
      throw error
    }
  }

  /** The queue group makes one responder of all processes answer each request. */
  async respond(filter: string, answer: Answer, signal: AbortSignal): Promise<void> {
    const answering = new Set<Promise<void>>()
    const onMessage = (message: Msg) => {
      if (answering.size >= answersInParallel) {
        this.#logger.warn('bus: a responder is overloaded, a request was dropped', {
          subject: message.subject,
        })
        return
      }
      const task = this.#reply(message, answer).finally(() => answering.delete(task))
      answering.add(task)
    }
    const unsubscribe = this.#link.subscribe(filter, { queue: 'responders', onMessage })
    await aborted(signal)
    unsubscribe()
    await Promise.all(answering)
  }

  async #reply(message: Msg, answer: Answer): Promise<void> {
    try {
      message.respond(await answer(toBusMessage(message)))
    } catch (error) {
      this.#logger.error('bus: a responder failed', { subject: message.subject, error })
    }
  }
}

function toBusMessage({ subject, data, headers }: Msg): BusMessage {
  return { subject, body: data, headers: fromNatsHeaders(headers) }
}

/** The client wraps what went wrong in a RequestError. */
function isCausedBy(error: unknown, kind: abstract new (...args: never[]) => Error): boolean {
  return error instanceof kind || (error instanceof Error && error.cause instanceof kind)
}

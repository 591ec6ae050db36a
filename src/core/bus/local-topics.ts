import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage } from './bus.ts'
import { BusTimeoutError, NoResponderError } from './errors.ts'
import { defaultCapacity } from './limits.ts'
import { listening, type OnMessage } from './listening.ts'
import { matchesSubject } from './subject-filter.ts'
import { SubscriberQueue } from './subscriber-queue.ts'
import { aborted, within } from './within.ts'

type Answer = (message: BusMessage) => Promise<Uint8Array>

/** What is subscribed, by subject. */
type Subscribers = Map<string, Set<{ push(message: BusMessage): void }>>

/** Publish, subscribe, request and respond within one process. */
export class LocalTopics {
  readonly #logger: Logger
  readonly #exact: Subscribers = new Map()
  readonly #wildcards: Subscribers = new Map()
  readonly #responders = new Set<{ readonly filter: string; readonly answer: Answer }>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  publish(message: BusMessage): void {
    for (const subscriber of this.#exact.get(message.subject) ?? []) subscriber.push(message)
    for (const [filter, subscribers] of this.#wildcards) {
      if (!matchesSubject(filter, message.subject)) continue
      for (const subscriber of subscribers) subscriber.push(message)
    }
  }

  subscribe(filter: string, signal: AbortSignal, capacity = defaultCapacity): AsyncIterable<BusMessage> {
    let unsubscribe = () => {}
    const queue: SubscriberQueue<BusMessage> = new SubscriberQueue({
      capacity,
      signal,
      onDropped: (count) => this.#logger.warn('bus: a slow subscriber lost messages', { filter, count }),
      onEnd: () => unsubscribe(),
    })
    if (!queue.isClosed) unsubscribe = this.#add(filter, queue)
    return queue
  }

  /** Not called back while somebody publishes: whoever says something does not run what others do about it. */
  async listen(filter: string, onMessage: OnMessage, signal: AbortSignal): Promise<void> {
    const subscribe = (onMessage: OnMessage) =>
      this.#add(filter, { push: (message) => queueMicrotask(() => onMessage(message)) })
    await listening(subscribe, onMessage, signal)
  }

  #add(filter: string, subscriber: { push(message: BusMessage): void }): () => void {
    const group = /[*>]/.test(filter) ? this.#wildcards : this.#exact
    const subscribers = group.get(filter) ?? new Set()
    group.set(filter, subscribers.add(subscriber))
    return () => {
      subscribers.delete(subscriber)
      if (subscribers.size === 0 && group.get(filter) === subscribers) group.delete(filter)
    }
  }

  async request(
    message: BusMessage,
    { timeoutMs, signal }: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage> {
    const { subject } = message
    const responder = [...this.#responders].find(({ filter }) => matchesSubject(filter, subject))
    if (!responder) throw new NoResponderError(subject)
    const body = await within(this.#answerOf(responder.answer, message), {
      timeoutMs,
      signal,
      onTimeout: () => new BusTimeoutError(subject, timeoutMs),
    })
    return { subject, body, headers: {} }
  }

  async respond(filter: string, answer: Answer, signal: AbortSignal): Promise<void> {
    const responder = { filter, answer }
    this.#responders.add(responder)
    await aborted(signal)
    this.#responders.delete(responder)
  }

  /** A responder that fails does not answer, as over a network: the one who asked runs into the time limit. */
  async #answerOf(answer: Answer, message: BusMessage): Promise<Uint8Array> {
    try {
      return await answer(message)
    } catch (error) {
      this.#logger.error('bus: a responder failed', { subject: message.subject, error })
      return await new Promise<never>(() => {})
    }
  }
}

import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage } from './bus.ts'
import { BusTimeoutError, NoResponderError } from './errors.ts'
import { defaultCapacity } from './limits.ts'
import { matchesSubject } from './subject-filter.ts'
import { SubscriberQueue } from './subscriber-queue.ts'
import { aborted, within } from './within.ts'

type Answer = (message: BusMessage) => Promise<Uint8Array>

/** Publish, subscribe, request and respond within one process. */
export class LocalTopics {
  readonly #logger: Logger
  readonly #exact = new Map<string, Set<SubscriberQueue<BusMessage>>>()
  readonly #wildcards = new Map<string, Set<SubscriberQueue<BusMessage>>>()
  readonly #responders = new Set<{ readonly filter: string; readonly answer: Answer }>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  publish(message: BusMessage): void {
    for (const queue of this.#exact.get(message.subject) ?? []) queue.push(message)
    for (const [filter, queues] of this.#wildcards) {
      if (!matchesSubject(filter, message.subject)) continue
      for (const queue of queues) queue.push(message)
    }
  }

  subscribe(filter: string, signal: AbortSignal, capacity = defaultCapacity): AsyncIterable<BusMessage> {
    const group = /[*>]/.test(filter) ? this.#wildcards : this.#exact
    const queues = group.get(filter) ?? new Set()
    const queue: SubscriberQueue<BusMessage> = new SubscriberQueue({
      capacity,
      signal,
      onDropped: (count) => this.#logger.warn('bus: a slow subscriber lost messages', { filter, count }),
      onEnd: () => {
        queues.delete(queue)
        if (queues.size === 0) group.delete(filter)
      },
    })
    if (!queue.isClosed) group.set(filter, queues.add(queue))
    return queue
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

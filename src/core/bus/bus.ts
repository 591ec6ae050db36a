import type { Erasure } from './erasure.ts'

/**
 * The bus port: everything processes say to each other. `in-process.ts` and `jetstream.ts` implement it and pass the same
 * contract suite (test/core/bus/contract.ts). Bodies are bytes; the typed chat functions are in `chat-bus.ts`.
 */

export interface BusMessage {
  readonly subject: string
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
}

export interface WorkItem {
  /** Items of one subject are handled strictly one after another, in the order they were enqueued. */
  readonly subject: string
  /** Deduplicates: an id seen before within the queue's window is accepted again without effect. */
  readonly id: string
  readonly body: Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /**
   * What happens when the subject already holds as many unfinished items as one user may have. `refuse` (the default):
   * LaneFullError. `wait`: the outbox keeps the item until there is room, for what may not be refused, like a deletion.
   */
  readonly whenFull?: 'refuse' | 'wait'
}

export interface Delivery extends BusMessage {
  /** 1 for the first try. Tries that died with their process count as well. */
  readonly deliveryCount: number
  readonly sequence: number
  readonly signal: AbortSignal
}

export interface ConsumeOptions {
  readonly signal: AbortSignal
  /** How many subjects are handled at the same time by this process. */
  readonly concurrency: number
  /** How long running handlers may still take after the abort before their own signal aborts too; 0 if undefined. */
  readonly graceMs?: number
}

export interface Bus extends AsyncDisposable {
  /** `reconnecting`: enqueue still works (the outbox keeps items on disk); publish and request fail or drop. */
  readonly status: 'connected' | 'reconnecting' | 'closed'

  /**
   * Accepts a work item for the chat queue. When it resolves, the item survives a crash of this process.
   * @throws LaneFullError, OutboxFullError, MessageTooLargeError: nothing was accepted.
   */
  enqueue(item: WorkItem, options?: { signal?: AbortSignal }): Promise<void>

  /**
   * Handles work items until the signal aborts, then finishes or hands back what is running. An item is acknowledged
   * when `handle` resolves, tried again when it rejects, and put on `ai.dead.chat` after its last try or when `handle`
   * rejects with DeadLetterError. While `handle` runs the item is kept alive; if the process dies, another gets it. A
   * handler that ignores its signal is left behind after five seconds, and its item handed back.
   */
  consume(handle: (delivery: Delivery) => Promise<void>, options: ConsumeOptions): Promise<void>

  /** At most once, to whoever listens now. Never waits; order per publisher and subject is kept. */
  publish(subject: string, body: Uint8Array, headers?: Readonly<Record<string, string>>): void

  /**
   * Live messages of a subject (`*` and a final `>` as in NATS), until the signal aborts or the loop is left. Listening
   * has begun when the call returns, for everything this bus says afterwards. A reader that falls `capacity` messages
   * behind (1,024) loses the oldest ones, and the log says how many.
   */
  subscribe(subject: string, options: { signal: AbortSignal; capacity?: number }): AsyncIterable<BusMessage>

  /**
   * As subscribe, for a reader that never waits: calls back as soon as a message is there, and holds none back. Resolves
   * when the signal aborts or the bus closes; rejects with what `onMessage` throws, and has stopped listening then.
   */
  listen(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options: { signal: AbortSignal },
  ): Promise<void>

  /** Keeps a message for late readers; the same id is kept once. @throws BusUnavailableError */
  record(subject: string, body: Uint8Array, options: { id: string }): Promise<void>

  /** The newest kept message of exactly this subject. @throws BusUnavailableError */
  lastRecord(subject: string, options?: { signal?: AbortSignal }): Promise<BusMessage | undefined>

  /** One answer from whoever responds. @throws NoResponderError, BusTimeoutError, BusUnavailableError */
  request(
    subject: string,
    body: Uint8Array,
    options: { timeoutMs: number; signal?: AbortSignal },
  ): Promise<BusMessage>

  /** Answers requests until the signal aborts. Of several responders, in all processes, one gets each request. */
  respond(
    subject: string,
    answer: (message: BusMessage) => Promise<Uint8Array>,
    options: { signal: AbortSignal },
  ): Promise<void>

  /** Puts what could not be handled aside on `ai.dead.<what>`, with the reason, for a person to look at. */
  deadLetter(what: string, message: BusMessage, reason: string): Promise<void>

  /**
   * Overwrites what is kept here and at the broker of somebody who wants to be gone. What is being handled is forgotten,
   * too; its handler is not told. @throws BusUnavailableError, the signal's reason: a part may be left, ask again.
   */
  erase(what: Erasure, options: { signal: AbortSignal }): Promise<void>
}

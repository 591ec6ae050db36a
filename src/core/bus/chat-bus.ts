import { createHash } from 'node:crypto'
import { z } from 'zod'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { ChatCancel, ChatWork, ReplyEvent } from '#core/protocol/chat.ts'
import { decodeMessage, encodeMessage, type MessageUnion } from '#core/protocol/codec.ts'
import { isReplyDelta } from '#core/protocol/reply-delta.ts'
import {
  chatCancelSubject,
  chatRecordSubject,
  chatReplySubject,
  chatRequestSubject,
  userKey,
} from '#core/protocol/subjects.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { traceHeaders } from '#core/telemetry/trace-context.ts'
import type { Bus, BusMessage, ConsumeOptions, Delivery } from './bus.ts'
import { DeadLetterError } from './errors.ts'

/** The chat flow on any bus. `user` is always the token that `userKey` makes. */

/**
 * Puts a request, a deletion or an edit in its author's lane. The same message again, within the queue's window, has no
 * effect. A deletion or an edit is never refused: it waits for room.
 * @throws LaneFullError, OutboxFullError: nothing was accepted.
 */
export async function enqueueChat(
  bus: Bus,
  work: ChatWork,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const item = {
    subject: chatRequestSubject(userKey(work.author)),
    id: workId(work),
    body: encodeMessage(work),
    headers: traceHeaders(),
    whenFull: work.type === 'chat.request' ? 'refuse' : 'wait',
  } as const
  await bus.enqueue(item, options)
}

function workId(work: ChatWork): string {
  const turnId = turnIdOf(work.author, work.messageId)
  if (work.type === 'chat.request') return turnId
  if (work.type === 'chat.retract') return `retract-${turnId}`
  // Two edits of one message are two amendments, the same edit twice is one.
  const textHash = createHash('sha256').update(work.text).digest('hex').slice(0, 16)
  return `amend-${turnId}-${textHash}`
}

/**
 * Hands decoded work to `handle`, as Bus.consume does. What cannot be decoded is put aside; a type that only a newer
 * peer knows is logged and skipped.
 */
export async function consumeChat(
  bus: Bus,
  handle: (work: ChatWork, delivery: Delivery) => Promise<void>,
  { logger, ...options }: ConsumeOptions & { readonly logger?: Logger },
): Promise<void> {
  await bus.consume(async (delivery) => {
    const decoded = decodeMessage(delivery.body, ChatWork)
    if (decoded.kind === 'undecodable') throw new DeadLetterError(decoded.reason)
    if (decoded.kind === 'message') await handle(decoded.message, delivery)
    else logger?.warn('chat: work of an unknown type was skipped', { type: decoded.type })
  }, options)
}

/** Tells whoever listens now. Never waits, never fails: this is the path of every token. */
export function publishReply(bus: Bus, user: string, event: ReplyEvent): void {
  bus.publish(chatReplySubject(user, event.turnId), encodeMessage(event))
}

/** Keeps a start, a checkpoint or an end for late readers; it replaces what was kept of that turn. @throws BusUnavailableError */
export async function recordReply(bus: Bus, user: string, event: ReplyEvent): Promise<void> {
  const id = `${event.turnId}.${event.attempt}.${event.index}`
  await bus.record(chatRecordSubject(user, event.turnId), encodeMessage(event), { id })
}

/** The newest start, checkpoint or end of a turn. @throws BusUnavailableError */
export async function lastReply(
  bus: Bus,
  user: string,
  turnId: string,
  options: { signal?: AbortSignal } = {},
): Promise<ReplyEvent | undefined> {
  const message = await bus.lastRecord(chatRecordSubject(user, turnId), options)
  return message && decoded(message, ReplyEvent)
}

/** Live reply events of all turns of a user. Listening has begun when the call returns; ends when the signal aborts. */
export function followUser(
  bus: Bus,
  user: string,
  options: { signal: AbortSignal; capacity?: number },
): AsyncIterable<ReplyEvent> {
  return decodeEach(bus.subscribe(chatReplySubject(user, '*'), options), ReplyEvent)
}

/** As followUser, for a reader that never waits; see Bus.listen. This is the path of every token. */
export async function listenToUser(
  bus: Bus,
  user: string,
  onEvent: (event: ReplyEvent) => void,
  options: { signal: AbortSignal },
): Promise<void> {
  const onMessage = ({ body }: BusMessage) => {
    const result = decodeMessage(body, ReplyEvent, isReplyDelta)
    if (result.kind === 'message') onEvent(result.message)
  }
  await bus.listen(chatReplySubject(user, '*'), onMessage, options)
}

/** Live reply events of one turn. Listening has begun when the call returns; ends when the signal aborts. */
export function followTurn(
  bus: Bus,
  user: string,
  turnId: string,
  options: { signal: AbortSignal; capacity?: number },
): AsyncIterable<ReplyEvent> {
  return decodeEach(bus.subscribe(chatReplySubject(user, turnId), options), ReplyEvent)
}

/** Tells all workers to stop a turn of that user. At most once: a deletion is also enqueued as ChatRetraction. */
export function cancelChat(bus: Bus, user: string, cancel: ChatCancel): void {
  bus.publish(chatCancelSubject(user), encodeMessage(cancel), traceHeaders())
}

/** Calls back for each cancel of any user, until the signal aborts. Listening has begun when the call returns. */
export async function onCancel(
  bus: Bus,
  onCancelled: (user: string, cancel: ChatCancel) => void,
  options: { signal: AbortSignal },
): Promise<void> {
  const prefix = chatCancelSubject('')
  for await (const message of bus.subscribe(chatCancelSubject('*'), options)) {
    const cancel = decoded(message, cancelUnion)
    if (cancel) onCancelled(message.subject.slice(prefix.length), cancel)
  }
}

const cancelUnion = z.discriminatedUnion('type', [ChatCancel])

function decodeEach<Schema extends MessageUnion>(
  messages: AsyncIterable<BusMessage>,
  schema: Schema,
): AsyncIterable<z.output<Schema>> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const message of messages) {
        const event = decoded(message, schema)
        if (event !== undefined) yield event
      }
    },
  }
}

/** What cannot be read is skipped: the next checkpoint holds the text anyway, and a peer's fault must not end a reader. */
function decoded<Schema extends MessageUnion>(
  message: BusMessage,
  schema: Schema,
): z.output<Schema> | undefined {
  const result = decodeMessage(message.body, schema)
  return result.kind === 'message' ? result.message : undefined
}

import { z } from 'zod'
import { messageSchema } from './envelope.ts'

export const Platform = z.enum(['discord', 'twitch', 'web'])
export type Platform = z.infer<typeof Platform>

/** Longest text a person may send, in UTF-16 units. Platforms cut lower; this bounds the web and hostile peers. */
export const maxRequestChars = 8_000

const platformId = z.string().min(1).max(128)

/** Where a conversation happens. `id` is unique within the platform (a channel, a thread, a DM, a web conversation). */
export const Place = z.object({
  kind: z.enum(['guild', 'thread', 'dm', 'web']),
  id: platformId,
  guildId: platformId.optional(),
  /** The channel that a thread belongs to; its settings apply to the thread. */
  parentId: platformId.optional(),
})
export type Place = z.infer<typeof Place>

/** Who wrote, as the platform says. `displayName` is whatever the person typed: data, never instructions. */
export const Author = z.object({
  platform: Platform,
  platformUserId: platformId,
  displayName: z.string().max(200),
})
export type Author = z.infer<typeof Author>

/** A person said something and is owed exactly one answer. */
export const ChatRequest = messageSchema('chat.request', {
  turnId: z.string().min(1).max(64),
  author: Author,
  place: Place,
  /** The platform's message id, or the key the browser made for this send. Unique per author. */
  messageId: platformId,
  text: z.string().max(maxRequestChars),
  locale: z.string().max(35).optional(),
  /** The message this one answers, quoted as data. */
  quoted: z.object({ displayName: z.string().max(200), text: z.string().max(maxRequestChars) }).optional(),
  /** A turn of the same author that this one replaces (regenerate, edit last). */
  replaces: z.string().max(64).optional(),
  /** Opaque to core: what the asking app needs to deliver the answer, also after it was restarted. */
  deliverTo: z
    .record(z.string().max(40), z.union([z.string().max(1_000), z.number(), z.boolean()]))
    .optional(),
})
export type ChatRequest = z.infer<typeof ChatRequest>

/** The person (or a moderator) deleted a message: nothing of it may be stored, answered or shown from now on. */
export const ChatRetraction = messageSchema('chat.retract', {
  author: Author,
  messageId: platformId,
})
export type ChatRetraction = z.infer<typeof ChatRetraction>

/** The person edited a message. It counts if the turn has not begun; afterwards the answer stands. */
export const ChatAmendment = messageSchema('chat.amend', {
  author: Author,
  messageId: platformId,
  text: z.string().max(maxRequestChars),
})
export type ChatAmendment = z.infer<typeof ChatAmendment>

/** What travels on `ai.chat.request.<user>`; one user's items are handled strictly in order. */
export const ChatWork = z.discriminatedUnion('type', [ChatRequest, ChatRetraction, ChatAmendment])
export type ChatWork = z.infer<typeof ChatWork>

/**
 * Published on `ai.chat.cancel.<user>`: stop that turn now. Without `turnId` or `messageId`, all turns of the user; on
 * `ai.chat.cancel.everyone`, all turns there are.
 */
export const ChatCancel = messageSchema('chat.cancel', {
  turnId: z.string().max(64).optional(),
  messageId: platformId.optional(),
  reason: z.enum(['stop', 'deleted', 'panic']),
})
export type ChatCancel = z.infer<typeof ChatCancel>

/**
 * Common to all reply events. `attempt` counts how often the turn was begun (a worker may die); an event of a lower
 * attempt than the highest seen is void. `index` counts events within an attempt, from 0 without gaps.
 */
const replyFields = {
  turnId: z.string().min(1).max(64),
  attempt: z.number().int().positive(),
  index: z.number().int().nonnegative(),
}

export const ReplyStart = messageSchema('reply.start', replyFields)
export type ReplyStart = z.infer<typeof ReplyStart>

/** More text, to be appended. */
export const ReplyDelta = messageSchema('reply.delta', { ...replyFields, text: z.string() })
export type ReplyDelta = z.infer<typeof ReplyDelta>

/** The face that goes with the text from here on, for example `happy`. */
export const ReplyExpression = messageSchema('reply.expression', { ...replyFields, name: z.string().max(40) })
export type ReplyExpression = z.infer<typeof ReplyExpression>

/** The whole text up to and including event `index - 1`; takes an index of its own. What a late reader resumes from. */
export const ReplyCheckpoint = messageSchema('reply.checkpoint', { ...replyFields, text: z.string() })
export type ReplyCheckpoint = z.infer<typeof ReplyCheckpoint>

export const ReplyStatus = z.enum(['complete', 'stopped', 'failed', 'retracted'])
export type ReplyStatus = z.infer<typeof ReplyStatus>

/**
 * The turn is over. `text` is the whole answer as it should stand; after `failed` and without text, `notice` is the
 * plain sentence to show. `retracted` means: show nothing and take back what was shown.
 */
export const ReplyEnd = messageSchema('reply.end', {
  ...replyFields,
  status: ReplyStatus,
  text: z.string(),
  notice: z.string().max(1_000).optional(),
})
export type ReplyEnd = z.infer<typeof ReplyEnd>

export const ReplyEvent = z.discriminatedUnion('type', [
  ReplyStart,
  ReplyDelta,
  ReplyExpression,
  ReplyCheckpoint,
  ReplyEnd,
])
export type ReplyEvent = z.infer<typeof ReplyEvent>

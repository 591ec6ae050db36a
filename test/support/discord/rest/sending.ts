import { MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10'
import { checkContent, checkNotEmpty, MessageBody } from '../state/message-body.ts'
import { createMessage, editMessage } from '../state/messages.ts'
import { can } from '../state/permissions.ts'
import type { ChannelRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { requirePermission } from './access.ts'
import { keptAttachments, storeFiles } from './attachments.ts'
import { invalidForm, replyNeedsHistory } from './errors.ts'
import { parseWith, type RestRequest } from './request.ts'

/** The flags that a bot may set itself; others are ignored. */
const settableFlags =
  MessageFlags.SuppressEmbeds |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsVoiceMessage |
  MessageFlags.IsComponentsV2

export function readMessageBody(request: RestRequest): MessageBody {
  const body = parseWith(MessageBody, request.json)
  checkContent(body)
  return body
}

/** Create Message: the earlier message when an enforced nonce repeats (developers/resources/message.mdx). */
export function sendMessage(request: RestRequest, channel: ChannelRecord): MessageRecord {
  const { state, files } = request
  const body = readMessageBody(request)
  const repeated = repeatOf(state, body)
  if (repeated !== undefined) return repeated
  checkNotEmpty(body, files.length)
  if (files.length > 0) requirePermission(state, channel, PermissionFlagsBits.AttachFiles)
  const message = createMessage(state, channel, {
    ...commonDraft(request, body),
    replyTo: repliedMessage(state, channel, body),
    nonce: body.nonce,
  })
  if (body.nonce !== undefined)
    state.nonces.set(nonceKey(state, body.nonce), { messageId: message.id, at: message.createdAt })
  return message
}

export function commonDraft(request: RestRequest, body: MessageBody) {
  const { state, files } = request
  return {
    author: state.bot,
    content: body.content ?? '',
    embeds: body.embeds ?? undefined,
    components: body.components ?? undefined,
    attachments: storeFiles(state, files, body),
    flags: (body.flags ?? 0) & settableFlags,
    allowedMentions: body.allowed_mentions,
  }
}

/** Edit Message: what is absent stays; a text still has to be there in the end. */
export function changeMessage(request: RestRequest, message: MessageRecord): void {
  const { state, files } = request
  const body = readMessageBody(request)
  const { content, embeds, components, allowed_mentions: allowedMentions } = body
  const kept = keptAttachments(message.attachments, body)
  checkNotEmpty(
    { ...message, ...definedOnly({ content, embeds, components }), attachments: kept },
    files.length,
  )
  const attachments = [...kept, ...storeFiles(state, files, body)]
  editMessage(state, message, {
    content,
    embeds,
    components,
    attachments,
    allowedMentions,
    flags: newFlags(message, body),
  })
}

/** An edit ends the "thinking…" and may change only the flags that a bot can set. */
function newFlags(message: MessageRecord, { flags }: MessageBody): number {
  const before = message.flags & ~MessageFlags.Loading
  return typeof flags === 'number' ? (before & ~settableFlags) | (flags & settableFlags) : before
}

function definedOnly<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>
}

function repeatOf(state: DiscordState, { nonce, enforce_nonce }: MessageBody): MessageRecord | undefined {
  if (nonce === undefined || enforce_nonce !== true) return undefined
  const earlier = state.nonces.get(nonceKey(state, nonce))
  if (earlier === undefined || state.clock.now() - earlier.at > state.nonceWindowMs) return undefined
  state.ledger.append({ type: 'message.repeated', messageId: earlier.messageId, nonce: String(nonce) })
  return state.messages.get(earlier.messageId)
}

const nonceKey = (state: DiscordState, nonce: string | number) => `${state.bot.id} ${nonce}`

function repliedMessage(
  state: DiscordState,
  channel: ChannelRecord,
  body: MessageBody,
): MessageRecord | undefined {
  const reference = body.message_reference
  if (reference === undefined) return undefined
  if (!can(state, channel, state.bot.id, PermissionFlagsBits.ReadMessageHistory)) throw replyNeedsHistory()
  const target = state.messages.get(reference.message_id)
  const isHere = target?.channelId === channel.id && target.deletedAt === undefined
  if (isHere) return target
  if (reference.fail_if_not_exists === false) return undefined
  throw invalidForm(['message_reference'], 'REPLIES_UNKNOWN_MESSAGE', 'Unknown message')
}

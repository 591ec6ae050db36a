import { MessageFlags, PermissionFlagsBits } from 'discord-api-types/v10'
import { checkContent, checkNotEmpty, MessageBody } from '../state/message-body.ts'
import { createMessage, editMessage } from '../state/messages.ts'
import { can } from '../state/permissions.ts'
import type { ChannelRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { require } from './access.ts'
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
  if (files.length > 0) require(state, channel, PermissionFlagsBits.AttachFiles)
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

export function changeMessage(request: RestRequest, message: MessageRecord): void {
  const { state, files } = request
  const body = readMessageBody(request)
  const kept = keptAttachments(message.attachments, body)
  const flags = body.flags === undefined || body.flags === null ? undefined : body.flags & settableFlags
  editMessage(state, message, {
    content: body.content,
    embeds: body.embeds,
    components: body.components,
    attachments: [...kept, ...storeFiles(state, files, body)],
    flags: flags ?? message.flags & ~MessageFlags.Loading,
    allowedMentions: body.allowed_mentions,
  })
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

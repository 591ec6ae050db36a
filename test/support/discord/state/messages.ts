import {
  type APIAllowedMentions,
  type APIAttachment,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  type APIUser,
  type MessageFlags,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10'
import { unarchive } from './channels.ts'
import { type Mentions, mentionsOf } from './mentions.ts'
import { toGatewayMessage } from './message-payload.ts'
import type { ChannelRecord, InteractionRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface MessageDraft {
  readonly author: APIUser
  readonly content: string
  readonly embeds?: APIEmbed[] | undefined
  readonly components?: APIMessageTopLevelComponent[] | undefined
  readonly attachments?: APIAttachment[] | undefined
  readonly flags?: MessageFlags | undefined
  readonly allowedMentions?: APIAllowedMentions | null | undefined
  readonly replyTo?: MessageRecord | undefined
  readonly nonce?: string | number | undefined
  readonly type?: MessageType | undefined
  readonly interaction?: InteractionRecord | undefined
  /** Only this person sees it; the gateway says nothing of it. */
  readonly onlyFor?: string | undefined
}

/** Stores a message, tells the bot (MESSAGE_CREATE) and the ledger. The caller has checked what may be refused. */
export function createMessage(
  state: DiscordState,
  channel: ChannelRecord,
  draft: MessageDraft,
): MessageRecord {
  const { content, author, replyTo: repliedTo, allowedMentions: allowed } = draft
  const mentions = mentionsOf(state, { channel, authorId: author.id, content, repliedTo, allowed })
  const message = newMessage(state, channel, draft, mentions)
  if (channel.isArchived) unarchive(state, channel)
  state.messages.set(message.id, message)
  channel.messageIds.push(message.id)
  const replyTo = message.type === MessageType.Reply ? repliedTo?.id : undefined
  if (replyTo !== undefined) state.replies.set(replyTo, [...(state.replies.get(replyTo) ?? []), message.id])
  state.ledger.append({
    type: 'message.created',
    messageId: message.id,
    channelId: channel.id,
    authorId: author.id,
    content,
    replyTo,
    nonce: draft.nonce === undefined ? undefined : String(draft.nonce),
  })
  emitMessage(state, 'MESSAGE_CREATE', message)
  return message
}

function newMessage(
  state: DiscordState,
  channel: ChannelRecord,
  draft: MessageDraft,
  mentions: Mentions,
): MessageRecord {
  const at = state.clock.now()
  return {
    id: state.newId(),
    channelId: channel.id,
    guildId: channel.guildId,
    author: draft.author,
    type: draft.type ?? (draft.replyTo === undefined ? MessageType.Default : MessageType.Reply),
    content: draft.content,
    versions: [{ at, content: draft.content }],
    createdAt: at,
    flags: draft.flags ?? 0,
    embeds: draft.embeds ?? [],
    components: draft.components ?? [],
    attachments: draft.attachments ?? [],
    mentionedUserIds: mentions.userIds,
    mentionedRoleIds: mentions.roleIds,
    mentionsEveryone: mentions.everyone,
    pings: {
      everyone: mentions.everyone,
      userIds: new Set(mentions.userIds),
      roleIds: new Set(mentions.roleIds),
    },
    reactions: new Map(),
    reference: draft.replyTo && referenceTo(draft.replyTo),
    nonce: draft.nonce,
    onlyFor: draft.onlyFor,
    interaction: draft.interaction,
  }
}

function referenceTo(message: MessageRecord): MessageRecord['reference'] {
  return {
    type: MessageReferenceType.Default,
    message_id: message.id,
    channel_id: message.channelId,
    ...(message.guildId === undefined ? {} : { guild_id: message.guildId }),
  }
}

export interface MessageChange {
  readonly content?: string | null | undefined
  readonly embeds?: APIEmbed[] | null | undefined
  readonly components?: APIMessageTopLevelComponent[] | null | undefined
  readonly attachments?: APIAttachment[] | undefined
  readonly flags?: number | undefined
  readonly allowedMentions?: APIAllowedMentions | null | undefined
}

/** Changes what is given, keeps the rest, remembers the version and tells the bot (MESSAGE_UPDATE). */
export function editMessage(state: DiscordState, message: MessageRecord, change: MessageChange): void {
  message.editedAt = state.clock.now()
  if (change.embeds !== undefined) message.embeds = change.embeds ?? []
  if (change.components !== undefined) message.components = change.components ?? []
  if (change.attachments !== undefined) message.attachments = change.attachments
  if (change.flags !== undefined) message.flags = change.flags
  if (change.content !== undefined)
    changeContent(state, message, change.content ?? '', change.allowedMentions)
  state.ledger.append({
    type: 'message.edited',
    messageId: message.id,
    authorId: message.author.id,
    content: message.content,
  })
  emitMessage(state, 'MESSAGE_UPDATE', message)
}

function changeContent(
  state: DiscordState,
  message: MessageRecord,
  content: string,
  allowed: APIAllowedMentions | null | undefined,
): void {
  const channel = state.channels.get(message.channelId)
  if (channel === undefined) throw new Error(`message ${message.id} is in no channel`)
  const repliedTo = state.messages.get(message.reference?.message_id ?? '')
  const mentions = mentionsOf(state, { channel, authorId: message.author.id, content, allowed, repliedTo })
  message.content = content
  message.versions.push({ at: state.clock.now(), content })
  message.mentionedUserIds = mentions.userIds
  message.mentionedRoleIds = mentions.roleIds
  message.mentionsEveryone = mentions.everyone
  message.pings.everyone ||= mentions.everyone
  for (const id of mentions.userIds) message.pings.userIds.add(id)
  for (const id of mentions.roleIds) message.pings.roleIds.add(id)
}

export function deleteMessage(state: DiscordState, message: MessageRecord, byUserId: string): void {
  message.deletedAt = state.clock.now()
  state.ledger.append({ type: 'message.deleted', messageId: message.id, byUserId })
  if (message.onlyFor !== undefined) return
  const { id, channelId: channel_id, guildId } = message
  const d = { id, channel_id, guild_id: guildId }
  state.emit({ t: 'MESSAGE_DELETE', d, guildId, channelId: channel_id })
}

/** Many at once, as moderators do: one MESSAGE_DELETE_BULK for the channel. */
export function deleteMessages(
  state: DiscordState,
  messages: readonly MessageRecord[],
  byUserId: string,
): void {
  const [first] = messages
  if (first === undefined) return
  for (const message of messages) {
    message.deletedAt = state.clock.now()
    state.ledger.append({ type: 'message.deleted', messageId: message.id, byUserId })
  }
  const { channelId, guildId } = first
  const d = { ids: messages.map(({ id }) => id), channel_id: channelId, guild_id: guildId }
  state.emit({ t: 'MESSAGE_DELETE_BULK', d, guildId, channelId })
}

/** MESSAGE_UPDATE without an edit by anybody: a link's preview came, a thread was begun. */
export function announceUpdate(state: DiscordState, message: MessageRecord): void {
  emitMessage(state, 'MESSAGE_UPDATE', message)
}

function emitMessage(
  state: DiscordState,
  t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE',
  message: MessageRecord,
): void {
  if (message.onlyFor !== undefined) return
  state.emit({
    t,
    d: toGatewayMessage(state, message),
    guildId: message.guildId,
    channelId: message.channelId,
  })
}

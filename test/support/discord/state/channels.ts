import { ChannelType } from 'discord-api-types/v10'
import { toApiChannel } from './channel-payload.ts'
import type { ChannelRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface NewChannel {
  readonly type: ChannelType
  readonly name: string
  readonly id?: string | undefined
  readonly guildId?: string | undefined
  readonly parentId?: string | undefined
  readonly ownerId?: string | undefined
  readonly recipientIds?: readonly string[] | undefined
}

/** Stores a channel and tells the bot (CHANNEL_CREATE, or THREAD_CREATE for a thread). */
export function createChannel(state: DiscordState, wanted: NewChannel): ChannelRecord {
  const { type, name, guildId, parentId, ownerId, recipientIds = [] } = wanted
  const channel: ChannelRecord = {
    id: wanted.id ?? state.newId(),
    type,
    name,
    guildId,
    parentId,
    ownerId,
    overwrites: new Map(),
    recipientIds,
    participantIds: new Set(ownerId === undefined ? [] : [ownerId]),
    isArchived: false,
    isDeleted: false,
    messageIds: [],
  }
  state.channels.set(channel.id, channel)
  const t = ownerId === undefined ? 'CHANNEL_CREATE' : 'THREAD_CREATE'
  // Bots are not told of direct channels on API v8 and later (gateway-events.mdx, "Channel Create").
  if (guildId !== undefined) state.emit({ t, d: announced(state, channel), guildId, channelId: channel.id })
  return channel
}

function announced(state: DiscordState, channel: ChannelRecord): object {
  const payload = toApiChannel(state, channel)
  return channel.ownerId === undefined ? payload : { ...payload, newly_created: true }
}

/** The one direct channel between the bot and a person. */
export function openDirectChannel(state: DiscordState, userId: string): ChannelRecord {
  const known = [...state.channels.values()].find(
    (c) => c.type === ChannelType.DM && c.recipientIds.includes(userId),
  )
  return (
    known ?? createChannel(state, { type: ChannelType.DM, name: '', recipientIds: [userId, state.bot.id] })
  )
}

export interface NewThread {
  readonly name: string
  readonly ownerId: string
  readonly fromMessage?: MessageRecord | undefined
}

/** A thread from a message has that message's id (developers/topics/threads.mdx). */
export function createThread(
  state: DiscordState,
  parent: ChannelRecord,
  { name, ownerId, fromMessage }: NewThread,
): ChannelRecord {
  const thread = createChannel(state, {
    type: ChannelType.PublicThread,
    name,
    id: fromMessage?.id,
    guildId: parent.guildId,
    parentId: parent.id,
    ownerId,
  })
  if (fromMessage !== undefined) fromMessage.threadId = thread.id
  return thread
}

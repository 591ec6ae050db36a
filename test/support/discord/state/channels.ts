import { ChannelType } from 'discord-api-types/v10'
import { toApiChannel } from './channel-payload.ts'
import type { ChannelRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface NewChannel {
  readonly type: ChannelType
  readonly name: string
  readonly id?: string | undefined
  readonly guildId?: string | undefined
  readonly parentId?: string | undefined
  /** Who began it, which only threads have. */
  readonly ownerId?: string | undefined
  readonly recipientIds?: readonly string[] | undefined
  readonly userLimit?: number | undefined
}

/** Stores a channel and tells the bot: CHANNEL_CREATE, or THREAD_CREATE for a thread. */
export function createChannel(state: DiscordState, wanted: NewChannel): ChannelRecord {
  const { type, name, guildId, parentId, ownerId, recipientIds = [] } = wanted
  const channel: ChannelRecord = {
    id: wanted.id ?? state.newId(),
    type,
    name,
    userLimit: wanted.userLimit ?? 0,
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
  // Bots are not told of direct channels since API v8 (gateway-events.mdx, "Channel Create").
  if (guildId === undefined) return channel
  if (ownerId === undefined) announceChannel(state, channel, 'CHANNEL_CREATE')
  else announceChannel(state, channel, 'THREAD_CREATE', { newly_created: true })
  return channel
}

type ChannelEvent = `${'CHANNEL' | 'THREAD'}_${'CREATE' | 'UPDATE' | 'DELETE'}`

export function announceChannel(
  state: DiscordState,
  channel: ChannelRecord,
  t: ChannelEvent,
  extra: object = {},
): void {
  // A change that takes the channel from the bot's sight is still told, so only a creation depends on it.
  const channelId = t.endsWith('CREATE') ? channel.id : undefined
  state.emit({ t, d: { ...toApiChannel(state, channel), ...extra }, guildId: channel.guildId, channelId })
}

/** "Sending a message will automatically unarchive the thread" (threads.mdx, "Active & Archived Threads") */
export function unarchive(state: DiscordState, thread: ChannelRecord): void {
  thread.isArchived = false
  announceChannel(state, thread, 'THREAD_UPDATE')
}

/** The one direct channel between the bot and a person. */
export function openDirectChannel(state: DiscordState, userId: string): ChannelRecord {
  const known = [...state.channels.values()].find(
    ({ type, recipientIds }) => type === ChannelType.DM && recipientIds.includes(userId),
  )
  const recipientIds = [userId, state.bot.id]
  return known ?? createChannel(state, { type: ChannelType.DM, name: '', recipientIds })
}

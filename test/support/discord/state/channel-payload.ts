import { type APIChannel, ChannelType } from 'discord-api-types/v10'
import { isThread, isVoice } from './permissions.ts'
import type { ChannelRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export function toApiChannel(state: DiscordState, channel: ChannelRecord): APIChannel {
  if (channel.guildId === undefined) return directMessage(state, channel)
  const payload = isThread(channel) ? thread(state, channel) : guildChannel(channel)
  // One object literal per kind would repeat the dozen shared fields; the kinds differ only by what is added here.
  return { ...common(channel), ...payload } as APIChannel
}

function common(channel: ChannelRecord): object {
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    parent_id: channel.parentId ?? null,
    last_message_id: channel.messageIds.at(-1) ?? null,
    rate_limit_per_user: 0,
    flags: 0,
  }
}

function guildChannel(channel: ChannelRecord): object {
  return {
    position: 0,
    nsfw: false,
    topic: null,
    permission_overwrites: [...channel.overwrites.values()],
    ...(isVoice(channel) ? { bitrate: 64_000, user_limit: channel.userLimit, rtc_region: null } : {}),
  }
}

function thread(state: DiscordState, channel: ChannelRecord): object {
  const joinedAt = new Date(state.clock.now()).toISOString()
  const isJoined = channel.participantIds.has(state.bot.id)
  return {
    owner_id: channel.ownerId,
    message_count: channel.messageIds.length,
    total_message_sent: channel.messageIds.length,
    member_count: channel.participantIds.size,
    thread_metadata: {
      archived: channel.isArchived,
      auto_archive_duration: 1_440,
      archive_timestamp: joinedAt,
      locked: false,
      create_timestamp: joinedAt,
    },
    ...(isJoined
      ? { member: { id: channel.id, user_id: state.bot.id, join_timestamp: joinedAt, flags: 0 } }
      : {}),
  }
}

function directMessage(state: DiscordState, channel: ChannelRecord): APIChannel {
  const others = channel.recipientIds.filter((id) => id !== state.bot.id)
  return {
    id: channel.id,
    type: ChannelType.DM,
    name: null,
    last_message_id: channel.messageIds.at(-1) ?? null,
    recipients: others.flatMap((id) => state.users.get(id) ?? []),
  }
}

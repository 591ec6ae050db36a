import { PermissionFlagsBits } from 'discord-api-types/v10'
import { permissionsIn, sendPermission } from '../state/permissions.ts'
import type { ChannelRecord, GuildRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import {
  archivedThread,
  closedToMessages,
  missingAccess,
  missingPermissions,
  unknownChannel,
  unknownGuild,
  unknownMessage,
} from './errors.ts'
import { param, type RestRequest } from './request.ts'

/** The route's channel, if the bot may see it. */
export function visibleChannel(request: RestRequest): ChannelRecord {
  const channel = request.state.channels.get(param(request, 'channelId'))
  if (channel === undefined || channel.isDeleted) throw unknownChannel()
  if (permissionsIn(request.state, channel, request.state.bot.id) === 0n) throw missingAccess()
  return channel
}

/** The route's channel, if the bot may write there. An archived thread may be written in. */
export function writableChannel(request: RestRequest): ChannelRecord {
  const channel = visibleChannel(request)
  requirePermission(request.state, channel, sendPermission(channel))
  if (channel.recipientIds.some((id) => request.state.closedToBot.has(id))) throw closedToMessages()
  return channel
}

export function requirePermission(state: DiscordState, channel: ChannelRecord, permission: bigint): void {
  if ((permissionsIn(state, channel, state.bot.id) & permission) !== permission) throw missingPermissions()
}

/** The route's message in that channel; ephemeral ones are reached only through their interaction. */
export function messageIn(request: RestRequest, channel: ChannelRecord): MessageRecord {
  const message = request.state.messages.get(param(request, 'messageId'))
  const isHere =
    message?.channelId === channel.id && message.deletedAt === undefined && message.onlyFor === undefined
  if (message === undefined || !isHere) throw unknownMessage()
  return message
}

export function requireHistory(state: DiscordState, channel: ChannelRecord): void {
  requirePermission(state, channel, PermissionFlagsBits.ReadMessageHistory)
}

/** Only deleting, and sending, which unarchives, is allowed in an archived thread (threads.mdx). */
export function refuseArchived(channel: ChannelRecord): void {
  if (channel.isArchived) throw archivedThread()
}

/** The route's guild, if the bot is a member of it. */
export function joinedGuild(request: RestRequest): GuildRecord {
  const guild = request.state.guilds.get(param(request, 'guildId'))
  if (guild === undefined) throw unknownGuild()
  if (!guild.members.has(request.state.bot.id)) throw missingAccess()
  return guild
}

import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { toApiChannel } from '../../state/channel-payload.ts'
import { announceChannel } from '../../state/channels.ts'
import { can, isThread } from '../../state/permissions.ts'
import type { ChannelRecord } from '../../state/records.ts'
import type { DiscordState } from '../../state/state.ts'
import { createThread } from '../../state/threads.ts'
import { joinedGuild, messageIn, requirePermission, visibleChannel } from '../access.ts'
import { missingPermissions, threadExists } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { created, noContent, ok, type RestReply, type Route } from '../route.ts'

const bucket = 'thread.create'

export const threadRoutes: readonly Route[] = [
  { method: 'POST', path: '/channels/:channelId/messages/:messageId/threads', bucket, handle: fromMessage },
  { method: 'POST', path: '/channels/:channelId/threads', bucket, handle: standAlone },
  { method: 'GET', path: '/guilds/:guildId/threads/active', handle: listActive },
  { method: 'PUT', path: '/channels/:channelId/thread-members/:userId', handle: join },
  { method: 'PATCH', path: '/channels/:channelId', handle: change },
]

const NewThread = z.object({ name: z.string().min(1).max(100), type: z.number().optional() })

function fromMessage(request: RestRequest): RestReply {
  const { state } = request
  const parent = visibleChannel(request)
  requirePermission(state, parent, PermissionFlagsBits.CreatePublicThreads)
  const message = messageIn(request, parent)
  if (message.threadId !== undefined) throw threadExists()
  const { name } = parseWith(NewThread, request.json)
  const thread = createThread(state, parent, { name, ownerId: state.bot.id, fromMessage: message })
  return created(toApiChannel(state, thread))
}

/** Private unless told otherwise (resources/channel.mdx, "Start Thread without Message"). */
function standAlone(request: RestRequest): RestReply {
  const { state } = request
  const parent = visibleChannel(request)
  const { name, type } = parseWith(NewThread, request.json)
  const isPrivate = type !== ChannelType.PublicThread
  const { CreatePrivateThreads, CreatePublicThreads } = PermissionFlagsBits
  requirePermission(state, parent, isPrivate ? CreatePrivateThreads : CreatePublicThreads)
  return created(toApiChannel(state, createThread(state, parent, { name, ownerId: state.bot.id, isPrivate })))
}

function listActive(request: RestRequest): RestReply {
  const { state } = request
  const guild = joinedGuild(request)
  const isActive = (c: ChannelRecord) =>
    c.guildId === guild.id && isThread(c) && !c.isArchived && !c.isDeleted
  const threads = [...state.channels.values()].filter(isActive).map((thread) => toApiChannel(state, thread))
  return ok({ threads, members: [] })
}

function join(request: RestRequest): RestReply {
  const userId = param(request, 'userId')
  visibleChannel(request).participantIds.add(userId === '@me' ? request.state.bot.id : userId)
  return noContent
}

const Change = z.object({ name: z.string().min(1).max(100).optional(), archived: z.boolean().optional() })

/** Threads may be changed by who began them or who manages threads (threads.mdx, "Editing & Deleting Threads"). */
function change(request: RestRequest): RestReply {
  const { state } = request
  const channel = visibleChannel(request)
  if (!mayChange(state, channel)) throw missingPermissions()
  const { name, archived } = parseWith(Change, request.json)
  channel.name = name ?? channel.name
  channel.isArchived = archived ?? channel.isArchived
  announceChannel(state, channel, isThread(channel) ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE')
  return ok(toApiChannel(state, channel))
}

function mayChange(state: DiscordState, channel: ChannelRecord): boolean {
  const { ManageChannels, ManageThreads } = PermissionFlagsBits
  if (!isThread(channel)) return can(state, channel, state.bot.id, ManageChannels)
  return channel.ownerId === state.bot.id || can(state, channel, state.bot.id, ManageThreads)
}

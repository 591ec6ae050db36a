import { PermissionFlagsBits } from 'discord-api-types/v10'
import { z } from 'zod'
import { toApiChannel } from '../../state/channel-payload.ts'
import { createThread } from '../../state/channels.ts'
import { isThread } from '../../state/permissions.ts'
import type { ChannelRecord } from '../../state/records.ts'
import { joinedGuild, messageIn, require, visibleChannel } from '../access.ts'
import { threadExists } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { created, noContent, ok, type RestReply, type Route } from '../route.ts'

export const threadRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/channels/:channelId/messages/:messageId/threads',
    bucket: 'thread.create',
    handle: fromMessage,
  },
  { method: 'POST', path: '/channels/:channelId/threads', bucket: 'thread.create', handle: standAlone },
  { method: 'GET', path: '/guilds/:guildId/threads/active', handle: listActive },
  { method: 'PUT', path: '/channels/:channelId/thread-members/:userId', handle: join },
]

const ThreadBody = z.looseObject({ name: z.string().min(1).max(100), type: z.number().optional() })

function fromMessage(request: RestRequest): RestReply {
  const { state } = request
  const parent = visibleChannel(request)
  require(state, parent, PermissionFlagsBits.CreatePublicThreads)
  const message = messageIn(request, parent)
  if (message.threadId !== undefined) throw threadExists()
  const { name } = parseWith(ThreadBody, request.json)
  return created(
    toApiChannel(state, createThread(state, parent, { name, ownerId: state.bot.id, fromMessage: message })),
  )
}

function standAlone(request: RestRequest): RestReply {
  const { state } = request
  const parent = visibleChannel(request)
  require(state, parent, PermissionFlagsBits.CreatePublicThreads)
  const { name } = parseWith(ThreadBody, request.json)
  return created(toApiChannel(state, createThread(state, parent, { name, ownerId: state.bot.id })))
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

import { PermissionFlagsBits } from 'discord-api-types/v10'
import { toggleReaction } from '../../state/reactions.ts'
import { messageIn, refuseArchived, requirePermission, visibleChannel } from '../access.ts'
import { param, type RestRequest } from '../request.ts'
import { noContent, ok, type RestReply, type Route } from '../route.ts'

const all = '/channels/:channelId/messages/:messageId/reactions/:emoji'

export const reactionRoutes: readonly Route[] = [
  { method: 'PUT', path: `${all}/@me`, bucket: 'reaction', handle: (request) => react(request, true) },
  { method: 'DELETE', path: `${all}/@me`, bucket: 'reaction', handle: (request) => react(request, false) },
  { method: 'GET', path: all, handle: list },
]

function react(request: RestRequest, added: boolean): RestReply {
  const { state } = request
  const channel = visibleChannel(request)
  refuseArchived(channel)
  if (added)
    requirePermission(
      state,
      channel,
      PermissionFlagsBits.AddReactions | PermissionFlagsBits.ReadMessageHistory,
    )
  toggleReaction(state, messageIn(request, channel), {
    userId: state.bot.id,
    emoji: param(request, 'emoji'),
    added,
  })
  return noContent
}

function list(request: RestRequest): RestReply {
  const message = messageIn(request, visibleChannel(request))
  const userIds = message.reactions.get(param(request, 'emoji')) ?? new Set()
  return ok([...userIds].flatMap((id) => request.state.users.get(id) ?? []))
}

import { PermissionFlagsBits } from 'discord-api-types/v10'
import { toApiMessage, withoutContent } from '../../state/message-payload.ts'
import { deleteMessage } from '../../state/messages.ts'
import { can } from '../../state/permissions.ts'
import type { ChannelRecord, MessageRecord } from '../../state/records.ts'
import type { DiscordState } from '../../state/state.ts'
import {
  messageIn,
  refuseArchived,
  requireHistory,
  requirePermission,
  visibleChannel,
  writableChannel,
} from '../access.ts'
import { notTheAuthor } from '../errors.ts'
import type { RestRequest } from '../request.ts'
import { noContent, ok, type Route } from '../route.ts'
import { changeMessage, sendMessage } from '../sending.ts'

const many = '/channels/:channelId/messages'
const one = `${many}/:messageId`

export const messageRoutes: readonly Route[] = [
  { method: 'POST', path: many, bucket: 'message.create', handle: create },
  { method: 'PATCH', path: one, bucket: 'message.edit', handle: edit },
  { method: 'DELETE', path: one, bucket: 'message.delete', handle: remove },
  { method: 'GET', path: one, handle: get },
  { method: 'GET', path: many, handle: list },
  { method: 'POST', path: '/channels/:channelId/typing', bucket: 'typing', handle: type },
]

function create(request: RestRequest) {
  const message = sendMessage(request, writableChannel(request))
  return ok(toApiMessage(request.state, message))
}

function edit(request: RestRequest) {
  const { state } = request
  const channel = visibleChannel(request)
  const message = messageIn(request, channel)
  if (message.author.id !== state.bot.id) throw notTheAuthor()
  refuseArchived(channel)
  changeMessage(request, message)
  return ok(toApiMessage(state, message))
}

function remove(request: RestRequest) {
  const { state } = request
  const channel = visibleChannel(request)
  const message = messageIn(request, channel)
  if (message.author.id !== state.bot.id)
    requirePermission(state, channel, PermissionFlagsBits.ManageMessages)
  deleteMessage(state, message, state.bot.id)
  return noContent
}

function get(request: RestRequest) {
  const channel = visibleChannel(request)
  requireHistory(request.state, channel)
  return ok(readable(request.state, messageIn(request, channel)))
}

/** Newest first, 50 unless told (developers/resources/message.mdx, "Get Channel Messages"). */
function list(request: RestRequest) {
  const { state, query } = request
  const channel = visibleChannel(request)
  // Without the permission the list is empty instead of refused.
  if (!can(state, channel, state.bot.id, PermissionFlagsBits.ReadMessageHistory)) return ok([])
  const limit = Number(query.get('limit') ?? 50)
  const messages = shown(state, channel).toReversed()
  return ok(page(messages, query, limit).map((message) => readable(state, message)))
}

function page(newestFirst: MessageRecord[], query: URLSearchParams, limit: number): MessageRecord[] {
  const [before, after, around] = ['before', 'after', 'around'].map((key) => query.get(key))
  if (before) return newestFirst.filter(({ id }) => BigInt(id) < BigInt(before)).slice(0, limit)
  if (after) return newestFirst.filter(({ id }) => BigInt(id) > BigInt(after)).slice(-limit)
  if (!around) return newestFirst.slice(0, limit)
  const middle = newestFirst.findIndex(({ id }) => BigInt(id) <= BigInt(around))
  return newestFirst.slice(Math.max(0, middle - Math.floor(limit / 2))).slice(0, limit)
}

function shown(state: DiscordState, channel: ChannelRecord): MessageRecord[] {
  return channel.messageIds
    .flatMap((id) => state.messages.get(id) ?? [])
    .filter((message) => message.deletedAt === undefined && message.onlyFor === undefined)
}

/** REST follows what is switched on in the portal, not what was identified with (gateway.mdx, "HTTP Restrictions"). */
function readable(state: DiscordState, message: MessageRecord): object {
  const payload = toApiMessage(state, message)
  return state.isContentApproved ? payload : withoutContent(state, payload)
}

function type(request: RestRequest) {
  const { id: channelId } = writableChannel(request)
  request.state.ledger.append({ type: 'typing', channelId, userId: request.state.bot.id })
  return noContent
}

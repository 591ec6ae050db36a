import type { APIApplication, ApplicationFlags } from 'discord-api-types/v10'
import { z } from 'zod'
import { toApiChannel } from '../../state/channel-payload.ts'
import { openDirectChannel } from '../../state/channels.ts'
import { toApiMember, toGuildCreate } from '../../state/guild-payload.ts'
import { isThread } from '../../state/permissions.ts'
import type { DiscordState } from '../../state/state.ts'
import { joinedGuild, visibleChannel } from '../access.ts'
import { unknownMember, unknownUser } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { ok, type RestReply, type Route } from '../route.ts'

/** Who the bot is, and the guilds, channels and people it may look at. */
export const placeRoutes: readonly Route[] = [
  { method: 'GET', path: '/users/@me', handle: ({ state }) => ok(state.bot) },
  { method: 'GET', path: '/users/@me/guilds', handle: ({ state }) => ok(joinedGuilds(state)) },
  { method: 'POST', path: '/users/@me/channels', handle: openDirect },
  { method: 'GET', path: '/users/:userId', handle: getUser },
  { method: 'GET', path: '/applications/@me', handle: ({ state }) => ok(application(state)) },
  { method: 'GET', path: '/oauth2/applications/@me', handle: ({ state }) => ok(application(state)) },
  {
    method: 'GET',
    path: '/guilds/:guildId',
    handle: (request) => ok(toGuildCreate(request.state, joinedGuild(request))),
  },
  { method: 'GET', path: '/guilds/:guildId/channels', handle: listChannels },
  {
    method: 'GET',
    path: '/guilds/:guildId/roles',
    handle: (request) => ok([...joinedGuild(request).roles.values()]),
  },
  { method: 'GET', path: '/guilds/:guildId/members/:userId', handle: getMember },
  {
    method: 'GET',
    path: '/channels/:channelId',
    handle: (request) => ok(toApiChannel(request.state, visibleChannel(request))),
  },
]

const joinedGuilds = (state: DiscordState) =>
  [...state.guilds.values()]
    .filter((g) => g.members.has(state.bot.id))
    .map(({ id, name }) => ({ id, name, icon: null }))

function openDirect({ state, json }: RestRequest): RestReply {
  const { recipient_id: userId } = parseWith(z.object({ recipient_id: z.string() }), json)
  if (!state.users.has(userId)) throw unknownUser()
  return ok(toApiChannel(state, openDirectChannel(state, userId)))
}

function getUser(request: RestRequest): RestReply {
  const user = request.state.users.get(param(request, 'userId'))
  if (user === undefined) throw unknownUser()
  return ok(user)
}

function listChannels(request: RestRequest): RestReply {
  const { id } = joinedGuild(request)
  const channels = [...request.state.channels.values()].filter(
    (c) => c.guildId === id && !isThread(c) && !c.isDeleted,
  )
  return ok(channels.map((channel) => toApiChannel(request.state, channel)))
}

function getMember(request: RestRequest): RestReply {
  const member = joinedGuild(request).members.get(param(request, 'userId'))
  if (member === undefined) throw unknownMember()
  return ok(toApiMember(request.state, member))
}

function application(state: DiscordState): Partial<APIApplication> {
  return {
    id: state.bot.id,
    name: state.bot.username,
    icon: null,
    description: '',
    bot_public: true,
    bot_require_code_grant: false,
    verify_key: '',
    flags: 0 as ApplicationFlags,
    bot: state.bot,
    approximate_guild_count: joinedGuilds(state).length,
  }
}

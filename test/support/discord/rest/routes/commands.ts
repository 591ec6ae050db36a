import { isDeepStrictEqual } from 'node:util'
import type { APIApplicationCommand } from 'discord-api-types/v10'
import type { DiscordState } from '../../state/state.ts'
import { CommandBodies, type CommandBody, checkCommands } from '../command-body.ts'
import { missingAccess, tooManyCommandsToday } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { ok, type RestReply, type Route } from '../route.ts'

const everywhere = '/applications/:applicationId/commands'
const inGuild = '/applications/:applicationId/guilds/:guildId/commands'

export const commandRoutes: readonly Route[] = [
  { method: 'GET', path: everywhere, handle: list },
  { method: 'PUT', path: everywhere, handle: replaceAll },
  { method: 'GET', path: inGuild, handle: list },
  { method: 'PUT', path: inGuild, handle: replaceAll },
]

/** Without `with_localizations=true` the translations are left out ("Get Global Application Commands"). */
function list(request: RestRequest): RestReply {
  const commands = request.state.commands.get(scopeOf(request))?.commands ?? []
  const isFull = request.query.get('with_localizations') === 'true'
  return ok(isFull ? commands : withoutTranslations(commands))
}

function withoutTranslations(commands: readonly APIApplicationCommand[]): unknown {
  const dropped = new Set(['name_localizations', 'description_localizations'])
  return JSON.parse(JSON.stringify(commands, (key, value) => (dropped.has(key) ? undefined : value)))
}

/** Bulk overwrite: a command of the same name and kind keeps its id, and its version if it is the same. */
function replaceAll(request: RestRequest): RestReply {
  const { state } = request
  const scope = scopeOf(request)
  const bodies = parseWith(CommandBodies, request.json)
  checkCommands(bodies)
  const { commands: known = [], registrations = 0, createdAt = [] } = state.commands.get(scope) ?? {}
  const commands = bodies.map((body) => register(state, scope, body, known))
  const created = commands.filter(({ id }) => !known.some((command) => command.id === id))
  const today = [...createdAt, ...created.map(() => state.clock.now())].filter(
    (at) => at > state.clock.now() - dayMs,
  )
  if (today.length > createsPerDay) throw tooManyCommandsToday()
  state.commands.set(scope, { commands, registrations: registrations + 1, createdAt: today })
  state.ledger.append({
    type: 'commands.registered',
    names: commands.map(({ name }) => name),
    guildId: scope === '' ? undefined : scope,
  })
  return ok(commands)
}

const dayMs = 86_400_000
/** "a global rate limit of 200 application command creates per day, per guild" */
const createsPerDay = 200

function scopeOf(request: RestRequest): string {
  const { state, params } = request
  const guildId = params.guildId ?? ''
  if (param(request, 'applicationId') !== state.bot.id) throw missingAccess()
  if (guildId !== '' && !state.guilds.get(guildId)?.members.has(state.bot.id)) throw missingAccess()
  return guildId
}

function register(
  state: DiscordState,
  guildId: string,
  body: CommandBody,
  known: readonly APIApplicationCommand[],
): APIApplicationCommand {
  const before = known.find(({ name, type }) => name === body.name && type === body.type)
  const content = {
    description: '',
    default_member_permissions: null,
    ...(guildId === '' ? { contexts: null, integration_types: [0] } : { guild_id: guildId }),
    ...body,
    id: before?.id ?? state.newId(),
    application_id: state.bot.id,
  }
  const isSame = isDeepStrictEqual({ ...content, version: before?.version }, before)
  // The schema keeps what it does not know, which is how options and contexts get here unchanged.
  return { ...content, version: isSame ? before?.version : state.newId() } as unknown as APIApplicationCommand
}

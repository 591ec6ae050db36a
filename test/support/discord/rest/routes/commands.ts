import { type APIApplicationCommand, ApplicationCommandType } from 'discord-api-types/v10'
import { z } from 'zod'
import type { DiscordState } from '../../state/state.ts'
import { invalidForm, missingAccess } from '../errors.ts'
import { param, parseWith, type RestRequest } from '../request.ts'
import { ok, type RestReply, type Route } from '../route.ts'

const global = '/applications/:applicationId/commands'
const inGuild = '/applications/:applicationId/guilds/:guildId/commands'

export const commandRoutes: readonly Route[] = [
  { method: 'GET', path: global, handle: list },
  { method: 'PUT', path: global, handle: replaceAll },
  { method: 'GET', path: inGuild, handle: list },
  { method: 'PUT', path: inGuild, handle: replaceAll },
]

const names = z.record(z.string(), z.string()).nullish()

/** The bounds of application-commands.mdx, "Application Command Structure"; unknown fields pass. */
const CommandBody = z.looseObject({
  name: z.string().min(1).max(32),
  name_localizations: names,
  type: z.number().int().min(1).max(4).default(ApplicationCommandType.ChatInput),
  description: z.string().max(100).optional(),
  description_localizations: names,
  options: z
    .array(z.looseObject({ name: z.string().max(32), type: z.number() }))
    .max(25)
    .optional(),
  default_member_permissions: z.string().nullish(),
  nsfw: z.boolean().default(false),
})
const CommandBodies = z.array(CommandBody)

/** Slash names are lower case letters of any script, digits, `-` and `_` ("Application Command Naming"). */
const slashName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u

function list(request: RestRequest): RestReply {
  return ok(request.state.commands.get(scopeOf(request))?.commands ?? [])
}

/** Bulk overwrite: commands of the same name and kind keep their id. */
function replaceAll(request: RestRequest): RestReply {
  const { state } = request
  const scope = scopeOf(request)
  const bodies = parseWith(CommandBodies, request.json)
  check(bodies)
  const before = state.commands.get(scope)
  const commands = bodies.map((body) => register(state, scope, body, before?.commands ?? []))
  state.commands.set(scope, { commands, registrations: (before?.registrations ?? 0) + 1 })
  state.ledger.append({
    type: 'commands.registered',
    names: commands.map(({ name }) => name),
    guildId: scope === '' ? undefined : scope,
  })
  return ok(commands)
}

function scopeOf(request: RestRequest): string {
  const { state, params } = request
  const guildId = params.guildId ?? ''
  if (param(request, 'applicationId') !== state.bot.id) throw missingAccess()
  if (guildId !== '' && !state.guilds.get(guildId)?.members.has(state.bot.id)) throw missingAccess()
  return guildId
}

function check(bodies: z.infer<typeof CommandBodies>): void {
  const seen = new Set<string>()
  for (const [index, { name, type, description }] of bodies.entries()) {
    const isSlash = type === ApplicationCommandType.ChatInput
    if (isSlash && (!slashName.test(name) || name !== name.toLowerCase())) {
      throw invalidForm([index, 'name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')
    }
    if (isSlash && !description)
      throw invalidForm([index, 'description'], 'BASE_TYPE_REQUIRED', 'This field is required')
    if (seen.has(`${type} ${name}`)) {
      throw invalidForm(
        [index],
        'APPLICATION_COMMANDS_DUPLICATE_NAME',
        'Application command names must be unique',
      )
    }
    seen.add(`${type} ${name}`)
  }
  checkCounts(bodies)
}

/** 100 slash commands, 15 of each kind of menu ("Registering a Command"). */
function checkCounts(bodies: z.infer<typeof CommandBodies>): void {
  const limits = {
    [ApplicationCommandType.ChatInput]: 100,
    [ApplicationCommandType.User]: 15,
    [ApplicationCommandType.Message]: 15,
  }
  for (const [type, limit] of Object.entries(limits)) {
    if (bodies.filter((body) => String(body.type) === type).length <= limit) continue
    throw invalidForm([], 'APPLICATION_COMMANDS_MAX', 'Maximum number of application commands reached')
  }
}

function register(
  state: DiscordState,
  guildId: string,
  body: z.infer<typeof CommandBody>,
  before: APIApplicationCommand[],
): APIApplicationCommand {
  const known = before.find(({ name, type }) => name === body.name && type === body.type)
  const command = {
    description: '',
    default_member_permissions: null,
    contexts: guildId === '' ? null : undefined,
    integration_types: guildId === '' ? [0] : undefined,
    ...body,
    id: known?.id ?? state.newId(),
    application_id: state.bot.id,
    version: state.newId(),
    ...(guildId === '' ? {} : { guild_id: guildId }),
  }
  // The schema keeps what it does not know, which is how options and contexts get here unchanged.
  return command as unknown as APIApplicationCommand
}

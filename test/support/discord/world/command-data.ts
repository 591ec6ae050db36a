import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandType,
  InteractionType,
} from 'discord-api-types/v10'
import { toPartialMember } from '../state/guild-payload.ts'
import { toApiMessage } from '../state/message-payload.ts'
import { basePermissions } from '../state/permissions.ts'
import type { ChannelRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { findCommand } from './find-command.ts'
import type { InteractionData } from './invoke.ts'
import { NotAllowedError } from './not-allowed-error.ts'
import type { Person } from './person.ts'

/** By option name; people and channels are given by id. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>

export interface SlashInput {
  /** `ask`, or with its subcommand `persona set`. */
  readonly name: string
  readonly values: OptionValues
}

/** A slash command as Discord's client would send it, from what was registered. */
export function slashData(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  { name, values }: SlashInput,
): InteractionData {
  const { command, root, path } = named(state, person, channel, name)
  const options = nest(path, command.options ?? [], (leaf) => complete(leaf, values))
  const resolved = resolvedUsers(state, channel, Object.values(values))
  const data = { ...common(command), options, resolved }
  return { type: InteractionType.ApplicationCommand, name: root, data }
}

/** A half-filled command; what is required may still be missing. */
export function autocompleteData(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  { name, values, focused }: SlashInput & { readonly focused: string },
): InteractionData {
  const { command, root, path } = named(state, person, channel, name)
  const options = nest(path, command.options ?? [], (leaf) => given(leaf, values, focused))
  return {
    type: InteractionType.ApplicationCommandAutocomplete,
    name: root,
    data: { ...common(command), options },
  }
}

export interface MenuInput {
  readonly name: string
  readonly type: ApplicationCommandType.User | ApplicationCommandType.Message
  readonly targetId: string
}

export function menuData(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  { name, type, targetId }: MenuInput,
): InteractionData {
  const command = findCommand(state, person, channel, { name, type })
  const message = state.messages.get(targetId)
  // The target message comes whole, whatever the intents (gateway.mdx, "Message Content Intent").
  const resolved =
    message === undefined
      ? resolvedUsers(state, channel, [targetId])
      : { messages: { [targetId]: toApiMessage(state, message) } }
  const data = { ...common(command), target_id: targetId, resolved }
  return { type: InteractionType.ApplicationCommand, name, data, isMenu: true, targetId }
}

function named(state: DiscordState, person: Person, channel: ChannelRecord, name: string) {
  const [root = '', ...path] = name.split(' ')
  const command = findCommand(state, person, channel, { name: root, type: ApplicationCommandType.ChatInput })
  return { command, root, path }
}

const common = ({ id, name, type, guild_id }: APIApplicationCommand) => ({ id, name, type, guild_id })

type Options = readonly APIApplicationCommandOption[]

/** Wraps the leaf's options in the subcommand (and group) that leads to it. */
function nest(path: readonly string[], options: Options, leaf: (options: Options) => object[]): object[] {
  const [head, ...rest] = path
  if (head === undefined) return leaf(options)
  const sub = options.find((option) => option.name === head)
  if (sub === undefined || !('options' in sub)) throw new NotAllowedError(`there is no subcommand "${head}"`)
  return [{ name: head, type: sub.type, options: nest(rest, (sub.options ?? []) as Options, leaf) }]
}

/** Discord's client sends no command whose required options are missing, and no option that does not exist. */
function complete(options: Options, values: OptionValues): object[] {
  const unknown = Object.keys(values).find((name) => !options.some((option) => option.name === name))
  if (unknown !== undefined) throw new NotAllowedError(`there is no option "${unknown}"`)
  const missing = options.find((option) => isRequired(option) && !(option.name in values))
  if (missing !== undefined) throw new NotAllowedError(`the option "${missing.name}" is required`)
  return given(options, values)
}

const isRequired = (option: APIApplicationCommandOption) => 'required' in option && option.required === true

function given(options: Options, values: OptionValues, focused?: string): object[] {
  return options
    .filter(({ name }) => name in values)
    .map(({ name, type }) => ({
      name,
      type,
      value: values[name],
      ...(name === focused ? { focused: true } : {}),
    }))
}

/** Users (and members) named by option values or a menu's target. */
function resolvedUsers(state: DiscordState, channel: ChannelRecord, values: readonly unknown[]): object {
  const users = values.flatMap((value) => state.users.get(String(value)) ?? [])
  const guild = state.guilds.get(channel.guildId ?? '')
  const members = users.flatMap(({ id }) => {
    const member = guild?.members.get(id)
    if (guild === undefined || member === undefined) return []
    return [
      [id, { ...toPartialMember(member), permissions: basePermissions(guild, member).toString() }] as const,
    ]
  })
  if (users.length === 0) return {}
  return {
    users: Object.fromEntries(users.map((user) => [user.id, user])),
    members: Object.fromEntries(members),
  }
}

import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandType,
  InteractionType,
} from 'discord-api-types/v10'
import { toPartialMember } from '../state/guild-payload.ts'
import { toApiMessage } from '../state/message-payload.ts'
import type { ChannelRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import type { InteractionData } from './invoke.ts'

/** By option name; people and channels are given by id. */
export type OptionValues = Readonly<Record<string, string | number | boolean>>

export class NoSuchCommandError extends Error {
  override readonly name = 'NoSuchCommandError'
}

/** `/name` or `/name subcommand` as the client would send it, from what was registered. */
export function slashData(
  state: DiscordState,
  channel: ChannelRecord,
  name: string,
  values: OptionValues,
): InteractionData {
  const [root = '', ...path] = name.split(' ')
  const command = findCommand(state, channel, root, ApplicationCommandType.ChatInput)
  const options = nest(path, command.options ?? [], (leaf) => filledIn(leaf, values))
  return {
    type: InteractionType.ApplicationCommand,
    name: root,
    data: { ...common(command), options, resolved: resolvedUsers(state, channel, Object.values(values)) },
  }
}

export function autocompleteData(
  state: DiscordState,
  channel: ChannelRecord,
  name: string,
  values: OptionValues,
  focused: string,
): InteractionData {
  const [root = '', ...path] = name.split(' ')
  const command = findCommand(state, channel, root, ApplicationCommandType.ChatInput)
  // A half-filled command: what is required may still be missing.
  const given = (leaf: readonly APIApplicationCommandOption[]) =>
    leaf.filter((option) => option.name in values).map((option) => filled(option, values, focused))
  const options = nest(path, command.options ?? [], given)
  return {
    type: InteractionType.ApplicationCommandAutocomplete,
    name: root,
    data: { ...common(command), options },
  }
}

export interface MenuTarget {
  readonly name: string
  readonly type: ApplicationCommandType.User | ApplicationCommandType.Message
  readonly targetId: string
}

export function menuData(
  state: DiscordState,
  channel: ChannelRecord,
  { name, type, targetId }: MenuTarget,
): InteractionData {
  const command = findCommand(state, channel, name, type)
  const message = state.messages.get(targetId)
  // The target message comes whole, whatever the intents ("Message Content Intent").
  const resolved =
    message === undefined
      ? resolvedUsers(state, channel, [targetId])
      : { messages: { [targetId]: toApiMessage(state, message) } }
  const data = { ...common(command), target_id: targetId, resolved }
  return { type: InteractionType.ApplicationCommand, name, data, isMenu: true }
}

function findCommand(
  state: DiscordState,
  channel: ChannelRecord,
  name: string,
  type: ApplicationCommandType,
): APIApplicationCommand {
  const sets = [state.commands.get(channel.guildId ?? ''), state.commands.get('')]
  const all = sets.flatMap((set) => set?.commands ?? [])
  const command = all.find((candidate) => candidate.name === name && candidate.type === type)
  if (command !== undefined) return command
  const known = all.map((candidate) => candidate.name).join(', ') || 'none'
  throw new NoSuchCommandError(`no command "${name}" of kind ${type} is registered here; known: ${known}`)
}

const common = ({ id, name, type, guild_id }: APIApplicationCommand) => ({ id, name, type, guild_id })

type Options = readonly APIApplicationCommandOption[]

/** Wraps the leaf's options in the subcommand (group) that leads to it. */
function nest(path: readonly string[], options: Options, leaf: (options: Options) => object[]): object[] {
  const [head, ...rest] = path
  if (head === undefined) return leaf(options)
  const sub = options.find((option) => option.name === head)
  if (sub === undefined || !('options' in sub))
    throw new NoSuchCommandError(`there is no subcommand "${head}"`)
  return [{ name: head, type: sub.type, options: nest(rest, (sub.options ?? []) as Options, leaf) }]
}

/** Discord's client sends no command whose required options are missing, and no option that does not exist. */
function filledIn(options: Options, values: OptionValues): object[] {
  const unknown = Object.keys(values).find((name) => !options.some((option) => option.name === name))
  const missing = options.find((option) => isRequired(option) && !(option.name in values))
  if (unknown !== undefined) throw new NoSuchCommandError(`there is no option "${unknown}"`)
  if (missing !== undefined) throw new NoSuchCommandError(`the option "${missing.name}" is required`)
  return options.filter(({ name }) => name in values).map((option) => filled(option, values))
}

const isRequired = (option: APIApplicationCommandOption) => 'required' in option && option.required === true

function filled({ name, type }: APIApplicationCommandOption, values: OptionValues, focused?: string): object {
  return { name, type, value: values[name], ...(name === focused ? { focused: true } : {}) }
}

/** Users (and members) named by option values or a menu's target. */
function resolvedUsers(state: DiscordState, channel: ChannelRecord, values: readonly unknown[]): object {
  const users = values.flatMap((value) => state.users.get(String(value)) ?? [])
  if (users.length === 0) return {}
  const guild = state.guilds.get(channel.guildId ?? '')
  const members = users.flatMap(({ id }) => {
    const member = guild?.members.get(id)
    return member === undefined ? [] : [[id, { ...toPartialMember(member), permissions: '0' }] as const]
  })
  return {
    users: Object.fromEntries(users.map((user) => [user.id, user])),
    members: Object.fromEntries(members),
  }
}

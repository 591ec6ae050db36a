import {
  type APIApplicationCommand,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord-api-types/v10'
import { permissionsIn } from '../state/permissions.ts'
import type { ChannelRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { NotAllowedError } from './not-allowed-error.ts'
import type { Person } from './person.ts'

export interface WantedCommand {
  readonly name: string
  readonly type: ApplicationCommandType
}

/** The registered command that this person is offered in this channel; guild commands come before global ones. */
export function findCommand(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  { name, type }: WantedCommand,
): APIApplicationCommand {
  const sets = [state.commands.get(channel.guildId ?? ''), state.commands.get('')]
  const all = sets.flatMap((set) => set?.commands ?? [])
  const command = all.find((candidate) => candidate.name === name && candidate.type === type)
  if (command === undefined) {
    const known = all.map((candidate) => candidate.name).join(', ') || 'none'
    throw new NotAllowedError(
      `no command "${name}" of kind ${ApplicationCommandType[type]} here; known: ${known}`,
    )
  }
  if (!isOffered(state, person, channel, command)) throw new NotAllowedError(`"${name}" is not offered here`)
  return command
}

/** application-commands.mdx: "Contexts" and "Permissions" (`default_member_permissions`, "0" for administrators). */
function isOffered(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  command: APIApplicationCommand,
): boolean {
  const context = channel.guildId === undefined ? InteractionContextType.BotDM : InteractionContextType.Guild
  if (command.contexts && !command.contexts.includes(context)) return false
  if (!isInstalledFor(state, person, channel, command)) return false
  const needed = command.default_member_permissions
  if (channel.guildId === undefined || needed === null || needed === undefined) return true
  const has = permissionsIn(state, channel, person.id)
  const wanted = needed === '0' ? PermissionFlagsBits.Administrator : BigInt(needed)
  return (has & wanted) === wanted
}

function isInstalledFor(
  state: DiscordState,
  { hasInstalledApp }: Person,
  { guildId }: ChannelRecord,
  { integration_types: types = [ApplicationIntegrationType.GuildInstall] }: APIApplicationCommand,
): boolean {
  const hasBot = guildId === undefined || state.guilds.get(guildId)?.members.has(state.bot.id) === true
  const { GuildInstall, UserInstall } = ApplicationIntegrationType
  return (hasBot && types.includes(GuildInstall)) || (hasInstalledApp && types.includes(UserInstall))
}

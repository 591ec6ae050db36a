import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
  PermissionFlagsBits,
} from 'discord.js'
import { type CommandText, commandTexts, localized } from '../command-texts.ts'
import type { Command } from './command.ts'
import { serversOnly } from './reach.ts'
import { changeSettings } from './settings-actions.ts'

function subcommand(
  name: CommandText,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, ...localized(name), options }
}

function group(name: CommandText, options: APIApplicationCommandSubcommandOption[]) {
  return { type: ApplicationCommandOptionType.SubcommandGroup as const, ...localized(name), options }
}

function text(name: CommandText, isSuggested = false): APIApplicationCommandBasicOption {
  const option = { type: ApplicationCommandOptionType.String as const, ...localized(name), required: true }
  return isSuggested ? { ...option, autocomplete: true } : option
}

const channel: APIApplicationCommandBasicOption = {
  type: ApplicationCommandOptionType.Channel,
  ...localized(commandTexts.channel),
  required: true,
  channel_types: [
    ChannelType.GuildText,
    ChannelType.GuildAnnouncement,
    ChannelType.GuildForum,
    ChannelType.GuildVoice,
  ],
}

/** `/settings`: when and where we talk on a server, for those who may manage it. */
export const settings: Command = {
  isPrivate: true,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.settings),
    ...serversOnly,
    default_member_permissions: PermissionFlagsBits.ManageGuild.toString(),
    options: [
      subcommand(commandTexts.settingsShow),
      group(commandTexts.quietHours, [
        subcommand(commandTexts.quietHoursSet, [
          text(commandTexts.quietHoursFrom),
          text(commandTexts.quietHoursTo),
          text(commandTexts.quietHoursZone, true),
        ]),
        subcommand(commandTexts.quietHoursOff),
      ]),
      group(commandTexts.channels, [
        subcommand(commandTexts.channelsAllow, [channel]),
        subcommand(commandTexts.channelsRemove, [channel]),
        subcommand(commandTexts.channelsEverywhere),
      ]),
    ],
  },
  run: changeSettings,
  suggest: ({ focused }) => (focused?.name === 'time-zone' ? timeZonesLike(focused.value) : []),
}

/** Discord shows at most 25 suggestions. */
function timeZonesLike(typed: string): readonly string[] {
  const wanted = typed.toLowerCase().replaceAll(' ', '_')
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  return zones.filter((zone) => zone.toLowerCase().includes(wanted)).slice(0, 25)
}

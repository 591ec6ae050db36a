import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ChannelType,
} from 'discord.js'
import { type CommandText, commandTexts, localized } from '../command-texts.ts'
import type { Command } from './command.ts'
import { serversOnly } from './reach.ts'
import { runVoiceCommand } from './voice-actions.ts'

function subcommand(
  name: CommandText,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, ...localized(name), options }
}

const channel: APIApplicationCommandBasicOption = {
  type: ApplicationCommandOptionType.Channel,
  ...localized(commandTexts.channel),
  required: true,
  channel_types: [ChannelType.GuildVoice, ChannelType.GuildStageVoice],
}

/** `/voice show`, `/voice set`, `/voice auto-join`: everyone may look, who manages the server may change. */
export const voice: Command = {
  isPrivate: true,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.voice),
    ...serversOnly,
    options: [
      subcommand(commandTexts.voiceShow),
      subcommand(commandTexts.voiceSet, [
        { type: ApplicationCommandOptionType.String, ...localized(commandTexts.voiceName), max_length: 100 },
        {
          type: ApplicationCommandOptionType.String,
          ...localized(commandTexts.voiceLanguage),
          max_length: 20,
        },
        { type: ApplicationCommandOptionType.Boolean, ...localized(commandTexts.voiceStay) },
      ]),
      subcommand(commandTexts.voiceAutoJoin, [
        channel,
        {
          type: ApplicationCommandOptionType.Boolean,
          ...localized(commandTexts.voiceAutoJoinOn),
          required: true,
        },
      ]),
    ],
  },
  run: runVoiceCommand,
}

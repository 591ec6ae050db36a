import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
} from 'discord.js'
import { type CommandText, commandTexts, localized, localizedName } from '../command-texts.ts'
import type { Command } from './command.ts'
import { resetPersona, setPersona, showPersona } from './persona-actions.ts'
import { everywhere } from './reach.ts'

function text(option: CommandText, maxLength: number): APIApplicationCommandBasicOption {
  return { type: ApplicationCommandOptionType.String, ...localized(option), max_length: maxLength }
}

const characterOptions = [
  text(commandTexts.personaName, 40),
  text(commandTexts.personaPersonality, 500),
  text(commandTexts.personaStyle, 500),
  text(commandTexts.personaGreeting, 300),
]

const wishOptions = [
  text(commandTexts.personaCallMe, 60),
  text(commandTexts.personaStyle, 200),
  text(commandTexts.personaLanguage, 20),
]

function subcommand(
  name: CommandText,
  options: APIApplicationCommandBasicOption[] = [],
): APIApplicationCommandSubcommandOption {
  return { type: ApplicationCommandOptionType.Subcommand, ...localized(name), options }
}

const where: APIApplicationCommandBasicOption = {
  type: ApplicationCommandOptionType.String,
  ...localized(commandTexts.personaWhere),
  required: true,
  choices: [
    { ...localizedName(commandTexts.personaServer), value: 'server' },
    { ...localizedName(commandTexts.personaChannel), value: 'channel' },
    { ...localizedName(commandTexts.personaMe), value: 'me' },
  ],
}

/** `/persona show`, `/persona set server|channel|me`, `/persona reset where` */
export const persona: Command = {
  isPrivate: true,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.persona),
    ...everywhere,
    options: [
      subcommand(commandTexts.personaShow),
      {
        type: ApplicationCommandOptionType.SubcommandGroup,
        ...localized(commandTexts.personaSet),
        options: [
          subcommand(commandTexts.personaServer, characterOptions),
          subcommand(commandTexts.personaChannel, characterOptions),
          subcommand(commandTexts.personaMe, wishOptions),
        ],
      },
      subcommand(commandTexts.personaReset, [where]),
    ],
  },
  async run(context, { path, values }) {
    if (path === 'show') return await showPersona(context)
    if (path === 'reset') return await resetPersona(context, String(values.where))
    await setPersona(context, path.replace('set ', ''), values)
  },
}

import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js'
import { commandTexts, localized } from '../command-texts.ts'
import { askFor } from './ask-for.ts'
import type { Command } from './command.ts'
import { everywhere } from './reach.ts'

/** `/ask question` */
export const ask: Command = {
  isPrivate: false,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.ask),
    ...everywhere,
    options: [
      {
        type: ApplicationCommandOptionType.String,
        ...localized(commandTexts.askQuestion),
        required: true,
        max_length: 4_000,
      },
    ],
  },
  run: (context, { values }) => askFor(context, { text: String(values.question ?? '') }),
}

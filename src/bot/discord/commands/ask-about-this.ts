import { ApplicationCommandType } from 'discord.js'
import { commandTexts, localizedName } from '../command-texts.ts'
import { displayNameOf } from '../messages/incoming.ts'
import { readableText } from '../messages/mentions.ts'
import { strings } from '../strings.ts'
import { askFor, refuse } from './ask-for.ts'
import type { Command } from './command.ts'
import { everywhere } from './reach.ts'

/** The menu of a message: asks about it. Its text comes with the interaction, whatever our intents. */
export const askAboutThis: Command = {
  isPrivate: false,
  definition: {
    type: ApplicationCommandType.Message,
    ...localizedName(commandTexts.askAboutThis),
    ...everywhere,
  },
  async run(context, { target }) {
    const { bot, caller } = context
    const text = target ? readableText(target, bot.identity.userId) : ''
    if (!target || text === '') return await refuse(context, strings.nothingToReadThere)
    const quoted = { displayName: displayNameOf(target.author), text }
    await askFor(context, { text: questionIn(caller.locale), quoted })
  },
}

/** In the person's language, so that the answer is in theirs, too. */
function questionIn(locale: string | undefined): string {
  const { en, de, ja } = strings.askAboutThis
  if (locale?.startsWith('de')) return de
  return locale?.startsWith('ja') ? ja : en
}

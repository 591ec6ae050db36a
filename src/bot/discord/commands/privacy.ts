import { ApplicationCommandType } from 'discord.js'
import { ensureAuthor, getPersonPreferences, setPersonPreferences } from '#core/store/people.ts'
import { commandTexts, localized } from '../command-texts.ts'
import { strings } from '../strings.ts'
import { buttonRow } from './buttons.ts'
import type { Command, CommandContext } from './command.ts'
import { everywhere } from './reach.ts'
import { replyPrivately } from './reply-privately.ts'

/** `/privacy`: what is kept and where, with a switch for keeping the conversation. */
export const privacy: Command = {
  isPrivate: true,
  definition: { type: ApplicationCommandType.ChatInput, ...localized(commandTexts.privacy), ...everywhere },
  run: show,
  async press(context, action) {
    const { bot, caller } = context
    const { personId } = await ensureAuthor(bot.db, caller.author)
    await setPersonPreferences(bot.db, personId, { keepsHistory: action === 'keep' })
    await show(context)
  },
}

async function show(context: CommandContext): Promise<void> {
  const { bot, caller } = context
  const { personId } = await ensureAuthor(bot.db, caller.author)
  const { keepsHistory } = await getPersonPreferences(bot.db, personId)
  const toggle = keepsHistory
    ? ({ id: 'privacy:stop', label: strings.stopKeepingButton } as const)
    : ({ id: 'privacy:keep', label: strings.keepAgainButton } as const)
  const erase = { id: 'forget:ask', label: strings.forgetButton, isDangerous: true } as const
  await replyPrivately(context, strings.privacy(bot.persona.name, keepsHistory), buttonRow([toggle, erase]))
}

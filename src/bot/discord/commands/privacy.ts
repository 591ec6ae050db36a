import { ApplicationCommandType } from 'discord.js'
import {
  ensureAuthor,
  getPersonPreferences,
  type PersonPreferences,
  setPersonPreferences,
} from '#core/store/people.ts'
import { commandTexts, localized } from '../command-texts.ts'
import { strings } from '../strings.ts'
import { buttonRow } from './buttons.ts'
import type { Command, CommandContext } from './command.ts'
import { everywhere } from './reach.ts'
import { replyPrivately } from './reply-privately.ts'

/** `/privacy`: what is kept and where, with switches for keeping the conversation and for being heard in calls. */
export const privacy: Command = {
  isPrivate: true,
  definition: { type: ApplicationCommandType.ChatInput, ...localized(commandTexts.privacy), ...everywhere },
  run: show,
  async press(context, action) {
    const { bot, caller } = context
    const { personId } = await ensureAuthor(bot.db, caller.author)
    await setPersonPreferences(bot.db, personId, choices[action] ?? {})
    // In calls that run it holds from the next packet on.
    await bot.voice.calls?.onConsent(caller.author.platformUserId)
    await show(context)
  },
}

const choices: Readonly<Record<string, Partial<PersonPreferences>>> = {
  stop: { keepsHistory: false },
  keep: { keepsHistory: true },
  deaf: { isHeard: false },
  hear: { isHeard: true },
  remember: { allowsTranscripts: true },
  forget: { allowsTranscripts: false },
}

async function show(context: CommandContext): Promise<void> {
  const { bot, caller } = context
  const { personId } = await ensureAuthor(bot.db, caller.author)
  const { keepsHistory, isHeard, allowsTranscripts } = await getPersonPreferences(bot.db, personId)
  const buttons = buttonRow([
    keepsHistory
      ? { id: 'privacy:stop', label: strings.stopKeepingButton }
      : { id: 'privacy:keep', label: strings.keepAgainButton },
    isHeard
      ? { id: 'privacy:deaf', label: strings.stopHearingButton }
      : { id: 'privacy:hear', label: strings.hearAgainButton },
    allowsTranscripts
      ? { id: 'privacy:forget', label: strings.forbidTranscriptsButton }
      : { id: 'privacy:remember', label: strings.allowTranscriptsButton },
    { id: 'forget:ask', label: strings.forgetButton, isDangerous: true },
  ])
  const text = [
    strings.privacy(bot.persona.name, keepsHistory),
    strings.privacyInCalls({ isHeard, allowsTranscripts }),
  ].join('\n')
  await replyPrivately(context, text, buttons)
}

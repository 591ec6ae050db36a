import { ApplicationCommandType, PermissionFlagsBits } from 'discord.js'
import { commandTexts, localized } from '../command-texts.ts'
import { strings } from '../strings.ts'
import { whyNotMyCall } from './call-permissions.ts'
import type { Command } from './command.ts'
import { serversOnly } from './reach.ts'
import { replyPrivately } from './reply-privately.ts'

/** `/stop`: silence, at once. */
export const stop: Command = {
  isPrivate: true,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.stop),
    ...serversOnly,
    default_member_permissions: PermissionFlagsBits.Connect.toString(),
  },
  async run(context) {
    const refusal = whyNotMyCall(context)
    if (refusal === undefined) context.bot.voice.calls?.stop(context.caller.guildId ?? '')
    await replyPrivately(context, refusal ?? strings.callStopped)
  },
}

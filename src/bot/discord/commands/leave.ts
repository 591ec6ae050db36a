import { ApplicationCommandType, PermissionFlagsBits } from 'discord.js'
import { commandTexts, localized } from '../command-texts.ts'
import { messageBody } from '../rest/message-body.ts'
import { strings } from '../strings.ts'
import { refuse } from './ask-for.ts'
import { whyNotMyCall } from './call-permissions.ts'
import type { Command } from './command.ts'
import { serversOnly } from './reach.ts'

/** `/leave` */
export const leave: Command = {
  isPrivate: false,
  definition: {
    type: ApplicationCommandType.ChatInput,
    ...localized(commandTexts.leave),
    ...serversOnly,
    default_member_permissions: PermissionFlagsBits.Connect.toString(),
  },
  async run(context) {
    const refusal = whyNotMyCall(context)
    if (refusal !== undefined) return await refuse(context, refusal)
    context.bot.voice.calls?.leave(context.caller.guildId ?? '')
    await context.response.edit(messageBody(strings.callLeft))
  },
}

import { turnIdOf } from '#core/chat/turn-id.ts'
import type { ChatRequest } from '#core/protocol/chat.ts'
import { takeQuestion } from '../answers/take-question.ts'
import type { KnownQuestion } from '../bot-context.ts'
import { welcomeAt } from '../guild-rules.ts'
import { chatRequest } from '../messages/chat-request.ts'
import { ignoreGone } from '../rest/faults.ts'
import { strings } from '../strings.ts'
import type { CommandContext } from './command.ts'

/** Asks on behalf of who used the command; the answer fills the deferred message. */
export async function askFor(
  context: CommandContext,
  said: Pick<ChatRequest, 'text' | 'quoted'>,
): Promise<void> {
  const { bot, caller } = context
  const refusal = await whyNotHere(context)
  if (refusal !== undefined) return await refuse(context, refusal)
  const question = questionOf(context)
  const { place, locale, author } = caller
  const request = chatRequest({ ...question, place, locale, ...said })
  await bot.lanes.run(author.platformUserId, () => takeQuestion(bot, question, request))
}

function questionOf({ interaction, caller, originalId = '' }: CommandContext): KnownQuestion {
  const { id, token, channel_id: channelId } = interaction
  const { author, isMember } = caller
  return {
    turnId: turnIdOf(author, id),
    author,
    messageId: id,
    address: { kind: 'interaction', channelId, interactionId: id, token, originalId, isMember },
    isDeleted: false,
  }
}

/** Administrators' rules hold where the bot is a member of the server; elsewhere there are none. */
async function whyNotHere({ bot, caller }: CommandContext): Promise<string | undefined> {
  const { guildId, isMember, place } = caller
  if (guildId === undefined || !isMember) return undefined
  const rules = await bot.rules.read(guildId)
  const welcome = welcomeAt(rules, place)
  if (welcome === 'quiet' && rules.quietHours)
    return strings.quietUntil(rules.quietHours.to, rules.quietHours.timeZone)
  return welcome === 'elsewhere'
    ? strings.notInThisChannel(mentionChannels(rules.allowedChannels ?? []))
    : undefined
}

export function mentionChannels(ids: readonly string[]): string {
  return ids.map((id) => `<#${id}>`).join(', ')
}

/** Takes the public "thinking" away and tells the person alone. */
export async function refuse({ response }: CommandContext, sentence: string): Promise<void> {
  await ignoreGone(() => response.remove())
  await response.tellPrivately(sentence)
}

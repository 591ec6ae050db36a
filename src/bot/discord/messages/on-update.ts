import { enqueueChat } from '#core/bus/chat-bus.ts'
import { maxRequestChars } from '#core/protocol/chat.ts'
import type { Bot } from '../bot-context.ts'
import { envelope } from '../envelope.ts'
import { IncomingMessage } from './incoming.ts'
import { addressingOf, readableText } from './mentions.ts'

/**
 * MESSAGE_UPDATE: a question that waits in the queue is asked with its new words; once its answer has begun, it stands. An
 * update without `edited_timestamp` is Discord's own doing (a link was unfurled) and no edit.
 */
export async function onMessageUpdate(bot: Bot, payload: unknown): Promise<void> {
  const message = IncomingMessage.parse(payload)
  const question = bot.questions.get(message.id)
  if (question === undefined || question.isDeleted || !message.edited_timestamp) return
  const selfId = bot.identity.userId
  const text = readableText(message, selfId).slice(0, maxRequestChars).toWellFormed()
  if (addressingOf(message, selfId) === undefined || text === '') return
  const { turnId, author, messageId } = question
  await bot.lanes.run(author.platformUserId, () =>
    enqueueChat(
      bot.bus,
      { ...envelope(turnId), type: 'chat.amend', author, messageId, text },
      { signal: bot.signal },
    ),
  )
}

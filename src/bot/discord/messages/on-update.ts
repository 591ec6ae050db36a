import { enqueueChat } from '#core/bus/chat-bus.ts'
import { maxRequestChars } from '#core/protocol/chat.ts'
import { amendMessage } from '#core/store/turns.ts'
import type { Bot, KnownQuestion } from '../bot-context.ts'
import { envelope } from '../envelope.ts'
import { within } from '../within.ts'
import { IncomingMessage } from './incoming.ts'
import { addressingOf, readableText } from './mentions.ts'

const deadlineMs = 2_000

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
  await bot.lanes.run(question.author.platformUserId, () => amend(bot, question, text))
}

/** The lane of a person keeps their order, so an edit that queues behind its own question would always come too late. */
async function amend(bot: Bot, { turnId, author, messageId }: KnownQuestion, text: string): Promise<void> {
  try {
    await within(deadlineMs, 'changing a question', amendMessage(bot.db, author, messageId, text))
  } catch (error) {
    bot.logger.warn('an edit goes the slow way', { turnId, error })
    const amendment = { ...envelope(turnId), type: 'chat.amend', author, messageId, text } as const
    await enqueueChat(bot.bus, amendment, { signal: bot.signal })
  }
}

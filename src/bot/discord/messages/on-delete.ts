import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { findTurnsOfMessages } from '#core/store/turns-of-messages.ts'
import type { Bot, KnownQuestion } from '../bot-context.ts'
import { envelope } from '../envelope.ts'
import { IncomingBulkDeletion, IncomingDeletion } from './incoming.ts'

/** MESSAGE_DELETE, by its author or a moderator: the question is forgotten and its answer taken back. */
export async function onMessageDelete(bot: Bot, payload: unknown): Promise<void> {
  const { id, channel_id } = IncomingDeletion.parse(payload)
  await forgetQuestions(bot, [id], channel_id)
}

export async function onMessageDeleteBulk(bot: Bot, payload: unknown): Promise<void> {
  const { ids, channel_id } = IncomingBulkDeletion.parse(payload)
  await forgetQuestions(bot, ids, channel_id)
}

async function forgetQuestions(bot: Bot, messageIds: readonly string[], channelId: string): Promise<void> {
  const recent = messageIds.flatMap((id) => bot.questions.get(id) ?? [])
  for (const question of recent) question.isDeleted = true
  const unknown = messageIds.filter((id) => bot.questions.get(id) === undefined)
  const stored = await storedQuestions(bot, unknown, channelId)
  await Promise.all([...recent, ...stored].map((question) => forget(bot, question)))
}

/** The event does not say who wrote the message; the turn does. */
async function storedQuestions(
  bot: Bot,
  messageIds: readonly string[],
  channelId: string,
): Promise<KnownQuestion[]> {
  if (messageIds.length === 0) return []
  const found = await findTurnsOfMessages(bot.db, { platform: 'discord', placeId: channelId, messageIds })
  return found.map(({ author, messageId }) => ({
    turnId: turnIdOf(author, messageId),
    author,
    messageId,
    address: { kind: 'message', channelId, messageId },
    isDeleted: true,
  }))
}

async function forget(bot: Bot, question: KnownQuestion): Promise<void> {
  const { turnId, author, messageId } = question
  // At once, past everything else of this person that waits: the answer may be on its way.
  const cancel = { ...envelope(turnId), type: 'chat.cancel', turnId, messageId, reason: 'deleted' } as const
  cancelChat(bot.bus, userKey(author), cancel)
  const retraction = { ...envelope(turnId), type: 'chat.retract', author, messageId } as const
  await bot.lanes.run(author.platformUserId, async () => {
    bot.replies.retract(question)
    await enqueueChat(bot.bus, retraction, { signal: bot.signal })
  })
}

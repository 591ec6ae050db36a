import { turnIdOf } from '#core/chat/turn-id.ts'
import type { Author, ChatRequest } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { questionOf } from './question.ts'

export function personOf(number: number): Author {
  return { platform: 'web', platformUserId: `u${number}`, displayName: `Person ${number}` }
}

/** A person's question of that number, always the same one. */
export function requestOf(
  author: Author,
  number: number,
  messageId = `message-${author.platformUserId}-${number}`,
): ChatRequest {
  const question = questionOf(author.platformUserId, number)
  const turnId = turnIdOf(author, messageId)
  return {
    v: protocolVersion,
    id: turnId,
    type: 'chat.request',
    at: Date.now(),
    correlationId: turnId,
    turnId,
    author,
    place: { kind: 'web', id: `talk-${author.platformUserId}` },
    messageId,
    text: question,
  }
}

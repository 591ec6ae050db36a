import { randomUUID } from 'node:crypto'
import { turnIdOf } from '#core/chat/turn-id.ts'
import type { Author, ChatRequest, Place } from '#core/protocol/chat.ts'

export interface Speaker {
  readonly author: Author
  readonly place: Place
  /** A request of this person, by default at their own place and with a new message id. */
  says(text: string, more?: Partial<ChatRequest>): ChatRequest
}

/** Somebody nobody else in the database is. */
export function newSpeaker({ name = 'Ada', place }: { name?: string; place?: Place } = {}): Speaker {
  const id = randomUUID()
  const author: Author = { platform: 'discord', platformUserId: id, displayName: name }
  const ownPlace: Place = place ?? { kind: 'guild', id: `channel-${id}`, guildId: `guild-${id}` }
  return {
    author,
    place: ownPlace,
    says: (text, more = {}) => {
      const messageId = more.messageId ?? randomUUID()
      const turnId = turnIdOf(more.author ?? author, messageId)
      const envelope = {
        v: 1,
        id: turnId,
        at: Date.now(),
        correlationId: turnId,
        type: 'chat.request',
      } as const
      return { ...envelope, turnId, author, place: ownPlace, messageId, text, ...more }
    },
  }
}

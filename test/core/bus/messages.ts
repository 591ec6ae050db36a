import type { WorkItem } from '#core/bus/bus.ts'
import type { ChatRequest, ReplyEvent } from '#core/protocol/chat.ts'
import { chatRequestSubject, userKey } from '#core/protocol/subjects.ts'

export const utf8 = (text: string) => new TextEncoder().encode(text)
export const textOf = ({ body }: { body: Uint8Array }) => new TextDecoder().decode(body)

export function workFor(user: string, text: string, rest: Partial<WorkItem> = {}): WorkItem {
  return { subject: chatRequestSubject(user), id: `${user}-${text}`, body: utf8(text), ...rest }
}

export const author = (platformUserId: string) =>
  ({ platform: 'web', platformUserId, displayName: 'Someone' }) as const
export const user = (platformUserId: string) => userKey(author(platformUserId))

export function chatRequest(platformUserId: string, messageId: string): ChatRequest {
  return {
    v: 1,
    id: messageId,
    at: 1_700_000_000_000,
    correlationId: messageId,
    type: 'chat.request',
    turnId: `turn-${messageId}`,
    author: author(platformUserId),
    place: { kind: 'web', id: 'here' },
    messageId,
    text: 'hello',
  }
}

const fields = (turnId: string, attempt: number, index: number) =>
  ({
    v: 1,
    id: `${turnId}.${attempt}.${index}`,
    at: 1,
    correlationId: turnId,
    turnId,
    attempt,
    index,
  }) as const

/** The events of one attempt at a turn, as its worker says them. */
export function replyEvents(turnId: string, attempt = 1) {
  let index = 0
  const next = () => fields(turnId, attempt, index++)
  return {
    start: (): ReplyEvent => ({ ...next(), type: 'reply.start' }),
    delta: (text: string): ReplyEvent => ({ ...next(), type: 'reply.delta', text }),
    checkpoint: (text: string): ReplyEvent => ({ ...next(), type: 'reply.checkpoint', text }),
    end: (text: string): ReplyEvent => ({ ...next(), type: 'reply.end', status: 'complete', text }),
  }
}

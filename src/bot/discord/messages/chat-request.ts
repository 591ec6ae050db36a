import { turnIdOf } from '#core/chat/turn-id.ts'
import { type Author, type ChatRequest, maxRequestChars, type Place } from '#core/protocol/chat.ts'
import type { Address } from '../answers/address.ts'
import { envelope } from '../envelope.ts'
import { createdAtOf } from '../snowflake.ts'

export interface RequestParts {
  readonly author: Author
  readonly place: Place
  /** The message, or the interaction that stands for one. */
  readonly messageId: string
  readonly text: string
  readonly locale?: string | undefined
  readonly quoted?: ChatRequest['quoted'] | undefined
  readonly address: Address
}

/** The request as of the moment when the person asked: a repeated or replayed event makes the same one. */
export function chatRequest({
  author,
  place,
  messageId,
  text,
  locale,
  quoted,
  address,
}: RequestParts): ChatRequest {
  const turnId = turnIdOf(author, messageId)
  return {
    ...envelope(turnId, createdAtOf(messageId)),
    type: 'chat.request',
    turnId,
    author,
    place,
    messageId,
    text: shortened(text),
    deliverTo: address,
    ...(locale === undefined ? {} : { locale }),
    ...(quoted === undefined ? {} : { quoted: { ...quoted, text: shortened(quoted.text) } }),
  }
}

function shortened(text: string): string {
  return text.slice(0, maxRequestChars).toWellFormed()
}

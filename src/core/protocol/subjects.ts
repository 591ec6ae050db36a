import type { Author } from './chat.ts'

/** The NATS subjects of the chat flow. A subject token may hold only letters, digits, `-` and `_`. */

/** The user's token in subjects, for example `discord-8035`; any other character is escaped, so ids never add tokens. */
export function userKey(author: Pick<Author, 'platform' | 'platformUserId'>): string {
  const escaped = author.platformUserId.replace(
    /[^A-Za-z0-9-]/gu,
    (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`,
  )
  return `${author.platform}-${escaped}`
}

export const chatRequestSubject = (user: string) => `ai.chat.request.${user}`
export const chatReplySubject = (user: string, turnId: string) => `ai.chat.reply.${user}.${turnId}`
/** Start, checkpoints and end once more, kept by JetStream; one token deeper so that tokens stay out of the stream. */
export const chatRecordSubject = (user: string, turnId: string) => `ai.chat.reply.${user}.${turnId}.record`
export const chatCancelSubject = (user: string) => `ai.chat.cancel.${user}`
export const deadLetterSubject = (what: string) => `ai.dead.${what}`

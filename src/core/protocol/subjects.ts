import type { Author } from './chat.ts'

/** The NATS subjects. A subject token may hold only letters, digits, `-` and `_`. */

/** The user's token in subjects, for example `discord-8035`; any other character is escaped, so ids never add tokens. */
export function userKey(author: Pick<Author, 'platform' | 'platformUserId'>): string {
  return `${author.platform}-${subjectToken(author.platformUserId)}`
}

function subjectToken(id: string): string {
  return id.replace(/[^A-Za-z0-9-]/gu, (char) => `_${(char.codePointAt(0) ?? 0).toString(16)}_`)
}

/** In the place of a user's key, of which each has a `-`: all of them. */
export const everyone = 'everyone'
/** In the place of a guild's id, in a request to be silent: all of them. */
export const everywhere = 'everywhere'

export const chatRequestSubject = (user: string) => `ai.chat.request.${user}`
export const chatReplySubject = (user: string, turnId: string) => `ai.chat.reply.${user}.${turnId}`
/** Start, checkpoints and end once more, kept by JetStream; one token deeper so that tokens stay out of the stream. */
export const chatRecordSubject = (user: string, turnId: string) => `ai.chat.reply.${user}.${turnId}.record`
export const chatCancelSubject = (user: string) => `ai.chat.cancel.${user}`
export const deadLetterSubject = (what: string) => `ai.dead.${what}`

/** What the avatars of a stage show, live. */
export const voiceStageSubject = (stage: string) => `ai.voice.stage.${subjectToken(stage)}`
/** The newest snapshot of a stage, for whoever comes late. */
export const voiceStageRecordSubject = (stage: string) => `ai.voice.stage.${subjectToken(stage)}.record`
export const voiceTranscriptSubject = (session: string) => `ai.voice.transcript.${subjectToken(session)}`
export const voiceControlSubject = (guildId: string) => `ai.voice.control.${subjectToken(guildId)}`

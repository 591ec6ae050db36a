import { z } from 'zod'
import { messageSchema } from './envelope.ts'

/** Told to every web process: these sessions are over, and so is whatever is open with them. */
export const SessionsEnded = messageSchema('session.ended', { sessionIds: z.array(z.uuid()).max(1_000) })
export type SessionsEnded = z.infer<typeof SessionsEnded>

export const sessionsEndedSubject = 'ai.web.sessions.ended'

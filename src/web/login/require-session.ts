import type { Session } from '#core/store/sessions.ts'
import { pageErrors } from '../pages/page-error.ts'
import type { WebContext } from '../web-env.ts'

/** The session of whoever asks. @throws PageError where there is none, as for the local owner */
export function requireSession(context: WebContext): Session {
  const session = context.get('session')
  if (session === undefined) throw pageErrors.stranger()
  return session
}

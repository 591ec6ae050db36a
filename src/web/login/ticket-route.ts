import type { Hono } from 'hono'
import { TicketAudience } from '../access/ticket-audience.ts'
import { pageErrors } from '../pages/page-error.ts'
import type { WebEnv } from '../web-env.ts'
import { requireSession } from './require-session.ts'
import type { SignIn } from './sign-in.ts'

/** `POST /sockets/ticket?for=chat`: what a page of ours says first on the WebSocket that it opens next. */
export function addTicketRoute(app: Hono<WebEnv>, { tickets }: SignIn): void {
  app.post('/sockets/ticket', async (context) => {
    const session = requireSession(context)
    const audience = TicketAudience.safeParse(context.req.query('for'))
    if (!audience.success) throw pageErrors.badForm()
    return context.json({ ticket: await tickets.issue(session, audience.data) })
  })
}

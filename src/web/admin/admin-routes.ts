import type { Hono } from 'hono'
import { silenceEverything } from '#core/bus/panic.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { PageError } from '../pages/page-error.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { adminPage } from './admin-page.ts'
import { loadAdmin } from './admin-view.ts'
import { adminWords } from './admin-words.ts'

/** For the people in ADMIN_IDENTITIES; where nobody signs in, for the owner. */
export function addAdminRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { chat, assets, signal } = deps

  app.get('/admin', async (context) => {
    await requireAdmin(context, deps)
    const frame = { theme: readTheme(context), assets }
    return context.html(adminPage({ ...frame, admin: await loadAdmin(deps), panicked: undefined }))
  })

  app.post('/admin/panic', async (context) => {
    await requireAdmin(context, deps)
    const panicked = await silenceEverything(chat.bus, { signal })
    chat.logger.warn('the panic switch was used', { calls: panicked })
    const frame = { theme: readTheme(context), assets }
    return context.html(adminPage({ ...frame, admin: await loadAdmin(deps), panicked }))
  })
}

/** @throws PageError for everybody else */
async function requireAdmin(context: WebContext, { signIn, chat }: WebDeps): Promise<void> {
  if (signIn === undefined) return
  const { personId } = context.get('session') ?? (await ensureAuthor(chat.db, context.get('author')))
  if (!(await signIn.isAdmin(personId))) throw new PageError(403, adminWords.refusedTitle, adminWords.refused)
}

import type { Hono } from 'hono'
import { z } from 'zod'
import { newConversationName } from '../chat/place.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebEnv } from '../web-env.ts'
import { connectPage } from './connect-page.ts'
import { readForm } from './read-form.ts'
import { readTheme, rememberTheme, Theme } from './theme.ts'

/** Our own pages that a form may send people back to; anything else could be a trap. */
const BackTo = z
  .string()
  .regex(/^\/(connect|sign-in|identity|account|admin|overlays|c\/[a-z0-9-]{1,36})?$/)
  .catch('/')

const ThemeForm = z.object({ theme: Theme, back: BackTo })

/** Pages around the conversation. */
export function addPageRoutes(app: Hono<WebEnv>, { assets, inference }: WebDeps): void {
  app.get('/connect', (context) =>
    context.html(connectPage({ theme: readTheme(context), assets, inference })),
  )

  app.get('/new', (context) => context.redirect(`/c/${newConversationName()}`, 303))
}

/** Strangers at the sign-in page may choose how it looks, too. */
export function addThemeRoute(app: Hono<WebEnv>): void {
  app.post('/theme', async (context) => {
    const { theme, back } = await readForm(context, ThemeForm)
    rememberTheme(context, theme)
    return context.redirect(back, 303)
  })
}

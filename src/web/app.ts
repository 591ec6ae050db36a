import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { guardRequests, requireAuthor } from './access/guard-requests.ts'
import { addAccountRoutes } from './account/account-routes.ts'
import { addAdminRoutes } from './admin/admin-routes.ts'
import { addChatRoutes } from './chat/chat-routes.ts'
import { addHealthRoutes } from './health/health-routes.ts'
import { addIdentityRoutes } from './login/identity-routes.ts'
import { addSignInRoutes } from './login/sign-in-routes.ts'
import { addTicketRoute } from './login/ticket-route.ts'
import { errorPage } from './pages/error-page.ts'
import { PageError, pageErrors } from './pages/page-error.ts'
import { addPageRoutes, addThemeRoute } from './pages/page-routes.ts'
import { readTheme } from './pages/theme.ts'
import { addSecurityHeaders } from './security-headers.ts'
import { addSpeechRoute } from './speech/speech-route.ts'
import { addAvatarRoutes } from './stage/avatar-routes.ts'
import { addOverlayRoutes } from './stage/overlay-routes.ts'
import { addOverlaysRoutes } from './stage/overlays-routes.ts'
import type { WebDeps } from './web-deps.ts'
import type { WebContext, WebEnv } from './web-env.ts'

/** 8,000 characters of any script, percent-encoded as forms do it, and the other fields. */
const maxFormBytes = 131_072

/** Every address of the web side but the WebSocket. */
export function createApp(deps: WebDeps): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  app.use(addSecurityHeaders(deps))
  // Probes come from whatever address the machine has, and learn nothing but lights.
  addHealthRoutes(app, deps)
  app.use(guardRequests(deps.guard))
  // Before the limit of forms: an avatar is larger.
  addAvatarRoutes(app, deps)
  app.use(
    bodyLimit({
      maxSize: maxFormBytes,
      onError: () => {
        throw pageErrors.tooLarge()
      },
    }),
  )
  app.get('/assets/*', async (context) => await deps.assets.serve(context))
  addOverlayRoutes(app, deps)
  addThemeRoute(app)
  if (deps.signIn) addSignInRoutes(app, deps, deps.signIn)
  app.use(requireAuthor(deps))
  addPageRoutes(app, deps)
  addChatRoutes(app, deps)
  addSpeechRoute(app, deps)
  addOverlaysRoutes(app, deps)
  addAccountRoutes(app, deps)
  addAdminRoutes(app, deps)
  if (deps.signIn) {
    addIdentityRoutes(app, deps, deps.signIn)
    addTicketRoute(app, deps.signIn)
  }
  app.notFound((context) => explain(pageErrors.notFound(), context, deps))
  app.onError((error, context) => {
    const known = error instanceof PageError ? error : pageErrors.fault(error)
    if (known.status >= 500) deps.chat.logger.error('a page could not be made', { error: known.cause })
    return explain(known, context, deps)
  })
  return app
}

function explain({ status, title, sentence }: PageError, context: WebContext, { assets }: WebDeps) {
  return context.html(errorPage({ title, sentence, theme: readTheme(context), assets }), status)
}

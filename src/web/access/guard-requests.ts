import type { MiddlewareHandler } from 'hono'
import { pageErrors } from '../pages/page-error.ts'
import type { WebEnv } from '../web-env.ts'
import type { Visit } from './identity.ts'
import type { RequestGuard } from './request-guard.ts'

const safeMethods = new Set(['GET', 'HEAD'])

/** Lets in what is meant for us and, where something may change, what our own pages sent. */
export function guardRequests(guard: RequestGuard): MiddlewareHandler<WebEnv> {
  return async ({ req }, next) => {
    const host = req.header('host')
    const request = { host, origin: req.header('origin'), secFetchSite: req.header('sec-fetch-site') }
    if (!guard.isOurHost(host)) throw pageErrors.foreignHost()
    if (!safeMethods.has(req.method) && !guard.isOurPage(request)) throw pageErrors.foreignPage()
    await next()
  }
}

export interface Entrance {
  readonly visit: Visit
  /** Where strangers can sign in; undefined where nobody can. */
  readonly signInPath: string | undefined
}

/** Lets visitors in and says who they are; strangers who open a page are sent to sign in and come back to it. */
export function requireAuthor({ visit, signInPath }: Entrance): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const { req } = context
    const visitor = await visit((name) => req.header(name)).catch((error: unknown) => {
      throw pageErrors.storeAway(error)
    })
    if (visitor === undefined) {
      if (signInPath === undefined || !isPageVisit(req.method, req.header('sec-fetch-dest')))
        throw pageErrors.stranger()
      const { pathname, search } = new URL(req.url)
      return context.redirect(`${signInPath}?${new URLSearchParams({ back: `${pathname}${search}` })}`, 303)
    }
    context.set('author', visitor.author)
    context.set('session', visitor.session)
    await next()
    return
  }
}

/** Somebody looks at a page, rather than a script or an image asking for something. */
function isPageVisit(method: string, destination: string | undefined): boolean {
  return safeMethods.has(method) && (destination === undefined || destination === 'document')
}

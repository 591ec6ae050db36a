import type { MiddlewareHandler } from 'hono'
import { pageErrors } from '../pages/page-error.ts'
import type { WebEnv } from '../web-env.ts'
import type { Identify } from './identity.ts'
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

export function requireAuthor(identify: Identify): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const author = identify((name) => context.req.header(name))
    if (author === undefined) throw pageErrors.stranger()
    context.set('author', author)
    await next()
  }
}

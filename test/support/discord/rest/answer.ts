import type { IncomingHttpHeaders } from 'node:http'
import { inspect } from 'node:util'
import type { DiscordState } from '../state/state.ts'
import { DiscordApiError, methodNotAllowed, notFound, unauthorized } from './errors.ts'
import type { RateLimiter } from './limiter.ts'
import { RateLimitedError } from './rate-limited-error.ts'
import { parseBody } from './request.ts'
import { matchRoute, type RestReply, type Route, type RouteMatch } from './route.ts'

export interface RestParts {
  readonly state: DiscordState
  readonly routes: readonly Route[]
  readonly limiter: RateLimiter
}

export interface RestCall {
  readonly method: string
  /** Below `/api/v10`; undefined for addresses elsewhere. */
  readonly path: string | undefined
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly bytes: Uint8Array | undefined
}

export interface RestAnswer extends RestReply {
  readonly headers: Record<string, string>
}

/** Route, token, rate limits, then the route's own work. Never throws: faults become answers. */
export async function answerCall(parts: RestParts, call: RestCall): Promise<RestAnswer> {
  let headers: Record<string, string> = {}
  try {
    if (parts.limiter.isShutOut) return shutOut
    const match = findRoute(parts.routes, call)
    checkToken(parts.state, call, match.route)
    headers = parts.limiter.admit(match)
    const body = await parseBody(call.bytes, call.headers['content-type'])
    const request = { state: parts.state, params: match.params, query: call.query, ...body }
    return { ...(await match.route.handle(request)), headers }
  } catch (error) {
    return { ...failed(parts, call, error), headers: { ...headers, ...headersOf(error) } }
  }
}

/** What the edge says to an address with too many invalid requests. */
const shutOut: RestAnswer = {
  status: 429,
  headers: { 'content-type': 'text/html' },
  body: 'error code: 1015',
}

function findRoute(routes: readonly Route[], { method, path }: RestCall): RouteMatch {
  const match = path === undefined ? undefined : matchRoute(routes, method, path)
  if (match === undefined) throw notFound()
  if (match === 'wrong-method') throw methodNotAllowed()
  return match
}

function checkToken(state: DiscordState, { headers }: RestCall, route: Route): void {
  if (route.needsToken === false) return
  if (headers.authorization !== `Bot ${state.token}`) throw unauthorized()
}

function failed({ state }: RestParts, { method, path = '' }: RestCall, error: unknown): RestReply {
  if (error instanceof DiscordApiError) return { status: error.status, body: error.toJSON() }
  if (error instanceof RateLimitedError) {
    state.ledger.append({ type: 'rate-limited', method, path, scope: error.scope })
    return { status: 429, body: error.toJSON() }
  }
  // A fault of the stand-in itself must not pass for one of Discord's: it is told where tests look.
  state.ledger.append({ type: 'stand-in.failed', error: inspect(error) })
  return { status: 500, body: { message: 'the stand-in failed, see its ledger', code: 0 } }
}

const headersOf = (error: unknown) => (error instanceof RateLimitedError ? error.headers : {})

import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { DiscordState } from '../state/state.ts'
import { DiscordApiError, methodNotAllowed, notFound, unauthorized } from './errors.ts'
import type { RestFault, RestFaults } from './faults.ts'
import type { RateLimiter } from './limiter.ts'
import { parseBody, readBody } from './request.ts'
import { matchRoute, type RestReply, type Route, type RouteMatch } from './route.ts'

export interface RestServerParts {
  readonly state: DiscordState
  readonly routes: readonly Route[]
  readonly limiter: RateLimiter
  readonly faults: RestFaults
}

interface Answer extends RestReply {
  readonly headers: Record<string, string>
}

const basePath = /^\/api\/v10(?=\/)/

/** The request listener of `/api/v10`. */
export function createRestListener(parts: RestServerParts) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    answer(parts, message, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  }
}

async function answer(
  parts: RestServerParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(message.url ?? '/', 'http://discord.invalid')
  const path = url.pathname.replace(basePath, '')
  const method = message.method ?? 'GET'
  // Read first, so that a refusal never leaves half a request on a kept-alive connection.
  const bytes = await readBody(message)
  const fault = parts.faults.take(method, path)
  if (fault === 'lost-request') return void response.socket?.destroy()
  const answered = await carryOut(parts, { message, url, path, method, bytes }, fault)
  record(parts, method, path, answered)
  if (fault === 'lost-answer') return void response.socket?.destroy()
  if (typeof fault === 'object' && 'delayMs' in fault) await delay(fault.delayMs, undefined, { ref: false })
  send(response, answered)
}

interface Call {
  readonly message: IncomingMessage
  readonly url: URL
  readonly path: string
  readonly method: string
  readonly bytes: Uint8Array
}

async function carryOut(
  parts: RestServerParts,
  call: Call,
  fault: RestFault['effect'] | undefined,
): Promise<Answer> {
  if (typeof fault === 'object' && 'status' in fault) return failed(fault.status)
  let headers: Record<string, string> = {}
  try {
    if (parts.limiter.isShutOut)
      return { status: 429, headers: { 'content-type': 'text/html' }, body: 'error code: 1015' }
    const match = findRoute(parts, call)
    checkToken(parts.state, call, match.route)
    const verdict = parts.limiter.admit(match)
    headers = verdict.headers
    if (verdict.refused !== undefined) return tooMany(parts, call, verdict.refused, headers)
    const body = await parseBody(call.bytes, call.message.headers['content-type'])
    const request = { state: parts.state, params: match.params, query: call.url.searchParams, ...body }
    return { ...(await match.route.handle(request)), headers }
  } catch (error) {
    if (!(error instanceof DiscordApiError)) throw error
    return { status: error.status, body: error.toJSON(), headers }
  }
}

function findRoute({ routes }: RestServerParts, { method, path, url }: Call): RouteMatch {
  if (!basePath.test(url.pathname)) throw notFound()
  const match = matchRoute(routes, method, path)
  if (match === undefined) throw notFound()
  if (match === 'wrong-method') throw methodNotAllowed()
  return match
}

function checkToken(state: DiscordState, { message }: Call, route: Route): void {
  if (route.needsToken === false) return
  if (message.headers.authorization !== `Bot ${state.token}`) throw unauthorized()
}

function tooMany(
  { state }: RestServerParts,
  { method, path }: Call,
  { scope, retryAfterMs }: { scope: 'user' | 'global'; retryAfterMs: number },
  headers: Record<string, string>,
): Answer {
  state.ledger.append({ type: 'rate-limited', method, path, scope })
  const body = {
    message: 'You are being rate limited.',
    retry_after: retryAfterMs / 1_000,
    global: scope === 'global',
  }
  return { status: 429, body, headers }
}

const failed = (status: number): Answer => ({
  status,
  body: { message: `${status}: Injected`, code: 0 },
  headers: {},
})

function record(
  { state, limiter }: RestServerParts,
  method: string,
  path: string,
  { status, body }: Answer,
): void {
  if (status === 401 || status === 403 || status === 429) limiter.countInvalid()
  const code = status >= 400 && isObject(body) && typeof body.code === 'number' ? body.code : undefined
  state.ledger.append({ type: 'request', method, path, status, code })
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  if (body === undefined) {
    // A 204 with a content-type makes discord.js parse the empty body, and fail.
    response.writeHead(status, headers).end()
    return
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

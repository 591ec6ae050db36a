import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { answerCall, type RestAnswer, type RestCall, type RestParts } from './answer.ts'
import type { RestEffect, RestFaults } from './faults.ts'
import { RateLimitedError } from './rate-limited-error.ts'
import { readBody } from './request.ts'

export interface RestServerParts extends RestParts {
  readonly faults: RestFaults
}

const basePath = '/api/v10'

/** The request listener of `/api/v10`. */
export function createRestListener(parts: RestServerParts) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    serve(parts, message, response).catch(() => response.socket?.destroy())
  }
}

async function serve(
  parts: RestServerParts,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const call = await readCall(message)
  const effect = parts.faults.take(call.method, call.path ?? '')
  if (effect === 'lost-request') {
    response.socket?.destroy()
    return
  }
  const answer = await answerUnder(effect, parts, call)
  record(parts, call, answer)
  if (typeof effect === 'object' && 'delayMs' in effect)
    await delay(effect.delayMs, undefined, { ref: false })
  if (effect === 'lost-answer') response.socket?.destroy()
  else if (effect === 'reset-answer') message.socket.resetAndDestroy()
  else send(response, answer)
}

async function readCall(message: IncomingMessage): Promise<RestCall> {
  const { pathname, searchParams: query } = new URL(message.url ?? '/', 'http://discord.invalid')
  const { method = 'GET', headers } = message
  const path = pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : undefined
  // Always read to the end: a refusal must not leave half a request on a kept-alive connection.
  return { method, path, query, headers, bytes: await readBody(message) }
}

async function answerUnder(
  effect: RestEffect | undefined,
  parts: RestParts,
  call: RestCall,
): Promise<RestAnswer> {
  const ordered = forced(effect)
  const isDone = typeof effect === 'object' && 'status' in effect && effect.isDone === true
  if (ordered !== undefined && !isDone) return ordered
  const answer = await answerCall(parts, call)
  return ordered ?? answer
}

function forced(effect: RestEffect | undefined): RestAnswer | undefined {
  if (typeof effect !== 'object' || 'delayMs' in effect) return undefined
  if ('status' in effect) {
    return {
      status: effect.status,
      headers: {},
      body: { message: `${effect.status}: ordered by a test`, code: 0 },
    }
  }
  const { scope, retryAfterMs } = effect.rateLimit
  const error = new RateLimitedError(scope, retryAfterMs)
  return { status: 429, headers: error.headers, body: error.toJSON() }
}

function record({ state, limiter }: RestParts, { method, path = '' }: RestCall, answer: RestAnswer): void {
  const { status, body, headers } = answer
  const isShared = headers['x-ratelimit-scope'] === 'shared'
  if (status === 401 || status === 403 || (status === 429 && !isShared)) limiter.countInvalid()
  state.ledger.append({ type: 'request', method, path, status, code: codeOf(status, body) })
}

function codeOf(status: number, body: unknown): number | undefined {
  const isCoded = status >= 400 && typeof body === 'object' && body !== null && 'code' in body
  return isCoded && typeof body.code === 'number' ? body.code : undefined
}

function send(response: ServerResponse, { status, body, headers }: RestAnswer): void {
  if (body === undefined) {
    // A 204 with a content-type makes discord.js parse the empty body, and fail.
    response.writeHead(status, headers).end()
    return
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

import type { Agent } from 'undici'
import type { CallScope } from './call-scope.ts'
import type { Endpoint } from './endpoint.ts'
import { InferenceError } from './errors.ts'
import type { Faults } from './faults.ts'
import { IncomingReply, type ReplyHead } from './incoming-reply.ts'
import { parseRetryAfter } from './retry.ts'
import { safeDetail } from './safe-detail.ts'

export interface Call {
  readonly method: 'GET' | 'POST'
  /** Below `/v1`. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** A longer answer is a fault. */
  readonly maxBytes: number
  /** What people said; a refusal that repeats it is not quoted. */
  readonly privateText?: string
}

export type Headers = Readonly<Record<string, string | undefined>>

/** A 200 whose first byte (or empty end) has arrived. */
export interface Reply {
  readonly headers: Headers
  readonly body: IncomingReply
}

/**
 * Uvicorn, under Ray Serve, closes a connection that was idle for 5 s; a request written to it at that moment is lost.
 * So ours are dropped after 4 s. One request per connection: closing it is how an abort reaches the replica.
 */
export async function openConnections(maxConnections: number): Promise<Agent> {
  const { Agent } = await import('undici')
  return new Agent({
    connections: maxConnections,
    pipelining: 1,
    allowH2: false,
    keepAliveTimeout: 4_000,
    keepAliveMaxTimeout: 4_000,
    maxHeaderSize: 16_384,
    connect: { timeout: 5_000 },
    // The call's scope keeps the deadlines: undici's are only exact to half a second.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

export interface Try {
  readonly agent: Agent
  readonly endpoint: Endpoint
  readonly call: Call
  readonly headers: Readonly<Record<string, string>>
  readonly scope: CallScope
  readonly faults: Faults
}

/** One try. Rejects with an InferenceError, or with the reason for which the scope ended. */
export async function send({ agent, endpoint, call, headers, scope, faults }: Try): Promise<Reply> {
  const { origin, basePath } = endpoint
  const { method, path, body = null } = call
  const incoming = new IncomingReply(scope.signal)
  try {
    // A compressed answer could unfold to any size.
    const allHeaders = { 'accept-encoding': 'identity', ...headers, ...call.headers }
    agent.dispatch({ origin, path: basePath + path, method, headers: allHeaders, body }, incoming)
    const head = await incoming.head
    if (head.status !== 200) throw await refusalOf(head, incoming, call, faults)
    const { 'content-encoding': encoding = 'identity', ...others } = singleValues(head.headers)
    if (encoding !== 'identity') throw faults.protocol('compresses its answer although asked not to')
    await incoming.hasBegun()
    return { headers: others, body: incoming }
  } catch (error) {
    incoming[Symbol.dispose]()
    if (scope.signal.aborted) throw scope.signal.reason
    throw error instanceof InferenceError ? error : faults.connection(error)
  }
}

async function refusalOf(
  { status, headers }: ReplyHead,
  body: IncomingReply,
  { privateText = '' }: Call,
  faults: Faults,
): Promise<InferenceError> {
  const detail = safeDetail(await readStart(body, 4_096), privateText)
  return faults.status({
    status,
    retryAfterMs: parseRetryAfter(singleValues(headers)['retry-after'], Date.now()),
    detail: status === 401 || status === 403 ? undefined : detail,
  })
}

async function readStart(body: IncomingReply, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let received = 0
  try {
    while (received < maxBytes) {
      const chunk = await body.read()
      if (chunk === undefined) break
      chunks.push(chunk)
      received += chunk.length
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString()
}

function singleValues(headers: ReplyHead['headers']): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
}

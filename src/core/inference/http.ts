import type { Agent, Dispatcher } from 'undici'
import type { CallScope } from './call-scope.ts'
import type { Endpoint } from './endpoint.ts'
import { InferenceError } from './errors.ts'
import type { Faults } from './faults.ts'
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
  readonly first: IteratorResult<Uint8Array>
  readonly rest: AsyncIterator<Uint8Array>
  /** Ends the request if it still runs. Works at once, where `rest.return()` would queue behind a pending `next()`. */
  close(): void
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
  try {
    const response = await agent.request({
      origin,
      path: basePath + path,
      method,
      // A compressed answer could unfold to any size.
      headers: { 'accept-encoding': 'identity', ...headers, ...call.headers },
      body,
      signal: scope.signal,
    })
    return await openReply(response, call, faults)
  } catch (error) {
    if (scope.signal.aborted) throw scope.signal.reason
    throw error instanceof InferenceError ? error : faults.connection(error)
  }
}

async function openReply(response: Dispatcher.ResponseData, call: Call, faults: Faults): Promise<Reply> {
  const { statusCode, body } = response
  const headers = singleValues(response.headers)
  if (statusCode !== 200) {
    const detail = safeDetail(await readStart(body, 4_096), call.privateText ?? '')
    throw faults.status({
      status: statusCode,
      retryAfterMs: parseRetryAfter(headers['retry-after'], Date.now()),
      detail: statusCode === 401 || statusCode === 403 ? undefined : detail,
    })
  }
  const encoding = headers['content-encoding'] ?? 'identity'
  const close = () => void body.on('error', () => undefined).destroy()
  if (encoding !== 'identity') {
    close()
    throw faults.protocol('compresses its answer although asked not to')
  }
  const rest: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]()
  return { headers, first: await rest.next(), rest, close }
}

async function readStart(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let received = 0
  try {
    for await (const chunk of body) {
      chunks.push(chunk)
      received += chunk.length
      if (received >= maxBytes) break
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).subarray(0, maxBytes).toString()
}

function singleValues(headers: Record<string, string | string[] | undefined>): Headers {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
  )
}

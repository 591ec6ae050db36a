import type { IncomingMessage } from 'node:http'
import type { WebSocket } from 'ws'
import type { Endpoint } from './endpoint.ts'
import { InferenceError } from './errors.ts'
import type { Faults } from './faults.ts'
import { parseRetryAfter } from './retry.ts'

/** The deployment has no such WebSocket: it refused the upgrade, or answered as if it were a page. */
export class NotOfferedError extends InferenceError {
  override readonly name = 'NotOfferedError'
  readonly status: number
  constructor(facts: { readonly address: string; readonly status: number }) {
    super(`offers no recognition while people speak (${facts.status})`, {
      service: 'stt',
      address: facts.address,
      remedy: 'Nothing has to be done: each utterance is recognised when it is over.',
    })
    this.status = facts.status
  }
}

/** An event is a few hundred bytes; a long transcript some kilobytes. */
const maxEventBytes = 262_144

export interface RealtimeAddress {
  readonly endpoint: Endpoint
  readonly headers: Readonly<Record<string, string>>
  readonly faults: Faults
}

/** Resolves with an open connection. Rejects with an InferenceError, or the signal's reason. */
export async function openRealtimeSocket(
  { endpoint: { origin, basePath, address }, headers, faults }: RealtimeAddress,
  signal: AbortSignal,
): Promise<WebSocket> {
  // Loaded with the first utterance; most installations have no such recogniser.
  const { WebSocket } = await import('ws')
  signal.throwIfAborted()
  const socket = new WebSocket(`${origin.replace(/^http/, 'ws')}${basePath}/realtime`, {
    headers: { ...headers },
    maxPayload: maxEventBytes,
    perMessageDeflate: false,
    followRedirects: false,
  })
  const opened = Promise.withResolvers<WebSocket>()
  const abort = () => opened.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  socket.once('open', () => opened.resolve(socket))
  socket.once('unexpected-response', (_, response) => opened.reject(refusalOf(response, address, faults)))
  // Stays: what breaks later is told by `close`, and an error that nobody hears would end the process.
  socket.on('error', (cause) => opened.reject(faults.connection(cause)))
  try {
    return await opened.promise
  } catch (error) {
    socket.terminate()
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Starlette refuses the upgrade of an unknown path with 403, others with 404, 400, 405, 426, or a page and 200. */
function refusalOf({ statusCode: status = 0, headers }: IncomingMessage, address: string, faults: Faults) {
  const isAboutNow = status >= 500 || status === 408 || status === 429
  if (!isAboutNow && status !== 401) return new NotOfferedError({ address, status })
  const retryAfterMs = parseRetryAfter(headers['retry-after'], Date.now())
  return faults.status({ status, retryAfterMs, detail: undefined })
}

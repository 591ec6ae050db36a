import type { IncomingHttpHeaders } from 'node:http'
import type { ServiceName } from '#core/inference/services.ts'

/** What the stand-in saw of one request. Times are milliseconds since the epoch, with fractions. */
export interface InferenceRequest {
  readonly number: number
  readonly service: ServiceName
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** Parsed JSON, or the fields of a form. */
  readonly body: unknown
  /** Which of the server's connections it came on. */
  readonly connection: number
  readonly receivedAt: number
  firstByteAt?: number
  /** The answer was sent completely. */
  finishedAt?: number
  /** The client closed the connection before the end of the answer. */
  abortedAt?: number
  /** Tokens or audio chunks that were written. */
  sent: number
}

export const epochMs = () => performance.timeOrigin + performance.now()

const keptRequests = 20_000

export interface RequestLog {
  readonly requests: readonly InferenceRequest[]
  add(request: InferenceRequest): void
  /** Call after changing a request. */
  changed(): void
  waitFor(condition: (request: InferenceRequest) => boolean, timeoutMs?: number): Promise<InferenceRequest>
}

export function createRequestLog(): RequestLog {
  const requests: InferenceRequest[] = []
  const waiters = new Set<() => void>()
  const changed = () => {
    for (const look of waiters) look()
  }
  return {
    requests,
    changed,
    add(request) {
      requests.push(request)
      if (requests.length > keptRequests) requests.shift()
      changed()
    },
    waitFor(condition, timeoutMs = 5_000) {
      return new Promise((resolve, reject) => {
        const stop = () => {
          clearTimeout(timer)
          waiters.delete(look)
        }
        const look = () => {
          const found = requests.find(condition)
          if (!found) return
          stop()
          resolve(found)
        }
        const timer = setTimeout(() => {
          stop()
          reject(new Error(`no such request within ${timeoutMs} ms; ${requests.length} were seen`))
        }, timeoutMs)
        waiters.add(look)
        look()
      })
    },
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import type { BreakerCall } from './breaker.ts'
import type { CallScope } from './call-scope.ts'
import { InferenceError, type InferenceProtocolError } from './errors.ts'
import type { Faults } from './faults.ts'
import type { Headers, Reply } from './http.ts'

/** What a client reads, and how it tells whether the answer was any good. */
export interface Answer {
  readonly headers: Headers
  /** To be read once; leaving the loop early closes the request, which frees the replica. */
  readonly body: AsyncIterable<Uint8Array>
  /** It was complete and made sense: the service is well. */
  understood(): void
  /** It made no sense; throw what this returns. */
  garbled(what: string, cause?: unknown): InferenceProtocolError
  /** It ended too early; throw what this returns. */
  brokenOff(cause?: unknown): InferenceError
}

export interface AnswerParts {
  readonly reply: Reply
  readonly maxBytes: number
  readonly scope: CallScope
  readonly breakerCall: BreakerCall
  readonly faults: Faults
  readonly onClose: () => void
}

export function openAnswer(parts: AnswerParts): Answer {
  const { reply, scope, breakerCall, faults } = parts
  let isUnderstood = false

  function garbled(what: string, cause?: unknown) {
    breakerCall.failed()
    return faults.protocol(what, cause)
  }

  function brokenOff(cause?: unknown) {
    breakerCall.failed()
    return faults.interrupted(cause)
  }

  function failureOf(error: unknown): unknown {
    if (error instanceof InferenceError) return error
    if (!scope.signal.aborted) return brokenOff(error)
    if (scope.signal.reason instanceof InferenceError) breakerCall.failed()
    return scope.signal.reason
  }

  async function* read() {
    let received = 0
    let next = reply.first
    try {
      while (!next.done) {
        received += next.value.length
        if (received > parts.maxBytes) throw garbled(`sent more than ${parts.maxBytes} bytes`)
        yield next.value
        next = await scope.nextChunk(reply.rest.next())
      }
    } catch (error) {
      throw failureOf(error)
    } finally {
      if (isUnderstood && !next.done) await endsSoon(reply.rest)
      reply.close()
      breakerCall.abandoned()
      parts.onClose()
    }
  }

  return {
    headers: reply.headers,
    body: read(),
    understood() {
      isUnderstood = true
      breakerCall.succeeded()
    },
    garbled,
    brokenOff,
  }
}

/** After `[DONE]` only the end of the message is missing; waiting for it keeps the connection usable. */
async function endsSoon(rest: AsyncIterator<Uint8Array>): Promise<void> {
  const giveUp = new AbortController()
  const end = rest.next().catch(() => undefined)
  await Promise.race([end, sleep(50, undefined, { signal: giveUp.signal }).catch(() => undefined)])
  giveUp.abort()
}

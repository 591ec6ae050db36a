import { setTimeout as sleep } from 'node:timers/promises'
import type { BreakerCall } from './breaker.ts'
import type { CallScope } from './call-scope.ts'
import { InferenceError, type InferenceProtocolError } from './errors.ts'
import type { Faults } from './faults.ts'
import type { Headers, Reply } from './http.ts'
import type { IncomingReply } from './incoming-reply.ts'

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
  const { reply, breakerCall, faults } = parts
  let isUnderstood = false

  function garbled(what: string, cause?: unknown) {
    breakerCall.failed()
    return faults.protocol(what, cause)
  }

  function brokenOff(cause?: unknown) {
    breakerCall.failed()
    return faults.interrupted(cause)
  }

  return {
    headers: reply.headers,
    body: new AnswerBody(parts, { garbled, brokenOff, isUnderstood: () => isUnderstood }),
    understood() {
      isUnderstood = true
      breakerCall.succeeded()
    },
    garbled,
    brokenOff,
  }
}

interface Judgement extends Pick<Answer, 'garbled' | 'brokenOff'> {
  isUnderstood(): boolean
}

/** Written out, because an async generator here makes more garbage that waits for each token. One `next` at a time. */
class AnswerBody implements AsyncIterableIterator<Uint8Array, undefined> {
  readonly #parts: AnswerParts
  readonly #judgement: Judgement
  #received = 0
  #isOpen = true
  #hasEnded = false

  constructor(parts: AnswerParts, judgement: Judgement) {
    this.#parts = parts
    this.#judgement = judgement
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const { reply, scope } = this.#parts
    if (!this.#isOpen) return { done: true, value: undefined }
    try {
      scope.waitsForChunk()
      const value = await reply.body.read()
      scope.chunkArrived()
      if (value === undefined) {
        this.#hasEnded = true
        return await this.return()
      }
      this.#count(value)
      return { done: false, value }
    } catch (error) {
      const failure = this.#failureOf(error)
      await this.return()
      throw failure
    }
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    if (this.#isOpen) {
      this.#isOpen = false
      const { reply, breakerCall, onClose } = this.#parts
      if (this.#judgement.isUnderstood() && !this.#hasEnded) await endsSoon(reply.body)
      reply.body[Symbol.dispose]()
      breakerCall.abandoned()
      onClose()
    }
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #count(bytes: Uint8Array): void {
    const { maxBytes } = this.#parts
    this.#received += bytes.length
    if (this.#received > maxBytes) throw this.#judgement.garbled(`sent more than ${maxBytes} bytes`)
  }

  #failureOf(error: unknown): unknown {
    const { scope, breakerCall } = this.#parts
    if (error instanceof InferenceError) return error
    if (!scope.signal.aborted) return this.#judgement.brokenOff(error)
    if (scope.signal.reason instanceof InferenceError) breakerCall.failed()
    return scope.signal.reason
  }
}

/** After `[DONE]` only the end of the message is missing; waiting for it keeps the connection usable. */
async function endsSoon(body: IncomingReply): Promise<void> {
  const giveUp = new AbortController()
  const end = body.read().catch(() => undefined)
  await Promise.race([end, sleep(50, undefined, { signal: giveUp.signal }).catch(() => undefined)])
  giveUp.abort()
}

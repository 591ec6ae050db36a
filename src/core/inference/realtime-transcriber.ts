import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WebSocket } from 'ws'
import { type BreakerCall, createBreaker } from './breaker.ts'
import { type CallScope, type Deadlines, openCallScope } from './call-scope.ts'
import type { Deployment, DeploymentOptions } from './deployment.ts'
import { parseEndpoint } from './endpoint.ts'
import { InferenceBusyError, InferenceError, InferenceUnavailableError } from './errors.ts'
import { faultsOf } from './faults.ts'
import { createModelChoice } from './model-choice.ts'
import { realtimeRateHz } from './realtime-events.ts'
import { NotOfferedError, openRealtimeSocket, type RealtimeAddress } from './realtime-socket.ts'
import { RealtimeStream } from './realtime-stream.ts'
import { backoffMs } from './retry.ts'
import type { StreamingTranscriber } from './streaming-transcriber.ts'

export interface RealtimeOptions extends Omit<DeploymentOptions, 'maxTries'> {
  /** Where `/v1/models` is asked when no model is named. */
  readonly deployment: Deployment
  readonly model?: string | undefined
}

/** Until the connection stands; from the end of the sound to the transcript, deltas starting anew; one utterance. */
const defaultDeadlines: Deadlines = { firstByteMs: 4_000, stallMs: 6_000, totalMs: 300_000 }
const maxTries = 3

/**
 * `WS /v1/realtime` in vLLM's shape: one connection for each utterance, so that giving up on one is closing it. Whether a
 * deployment has it shows at the first utterance; one that has not is not asked again.
 */
export function createRealtimeTranscriber(options: RealtimeOptions): StreamingTranscriber {
  const { deployment, logger } = options
  const endpoint = parseEndpoint(options.url, options.apiKey)
  const { address } = endpoint
  const models = createModelChoice(deployment, options.model)
  const breaker = createBreaker({
    onChange: (state) => logger.warn('realtime recognition breaker changed', { address, state }),
    ...options.breaker,
  })
  let isOffered = true

  function settle(call: BreakerCall | undefined, fault: unknown): void {
    if (fault instanceof NotOfferedError) {
      if (isOffered)
        logger.info('the recogniser is asked after each utterance', { address, status: fault.status })
      isOffered = false
    }
    if (fault === undefined || fault instanceof NotOfferedError) call?.succeeded()
    else if (fault instanceof InferenceBusyError || !(fault instanceof InferenceError)) call?.abandoned()
    else call?.failed()
  }

  /** A server that wants to be named its model says so itself, if the list cannot be had. */
  async function modelName(signal: AbortSignal): Promise<string | undefined> {
    try {
      return await models.get(signal)
    } catch (error) {
      if (error instanceof InferenceError) return undefined
      throw error
    }
  }

  return {
    name: `${options.model ?? 'the speech recogniser'} at ${address}`,
    sampleRateHz: realtimeRateHz,
    get isAvailable() {
      return isOffered && breaker.retryAfterMs() === 0
    },
    listen({ signal: caller, language }) {
      const requestId = randomUUID()
      const faults = faultsOf('stt', address, requestId)
      const deadlines = { ...defaultDeadlines, ...options.deadlines }
      const scope = openCallScope({ caller, deadlines, timeoutError: faults.timeout })
      const { authorization } = endpoint
      const headers = {
        ...options.traceHeaders?.(),
        'x-request-id': requestId,
        ...(authorization ? { authorization } : {}),
      }
      const call = isOffered ? breaker.enter() : undefined
      return new RealtimeStream({
        scope,
        faults,
        language,
        model: () => modelName(scope.signal),
        async connect() {
          if (!isOffered) throw new NotOfferedError({ address, status: 0 })
          if (call === undefined) throw faults.breakerOpen(breaker.retryAfterMs())
          return await connectWithRetries({ endpoint, headers, faults }, scope)
        },
        onOver: (fault) => settle(call, fault),
      })
    },
  }
}

/** No sound is lost by trying again: all of it waits until the connection stands. */
async function connectWithRetries(address: RealtimeAddress, scope: CallScope): Promise<WebSocket> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openRealtimeSocket(address, scope.signal)
    } catch (error) {
      const mayPass =
        error instanceof InferenceBusyError || (error instanceof InferenceUnavailableError && error.isPassing)
      const waitMs = backoffMs(tries)
      if (!mayPass || tries >= maxTries || waitMs >= scope.firstByteLeftMs()) throw error
      await sleep(waitMs, undefined, { signal: scope.signal })
    }
  }
}

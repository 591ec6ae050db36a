import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Agent } from 'undici'
import type { Logger } from '#core/telemetry/logger.ts'
import { type Answer, openAnswer } from './answer.ts'
import { type BreakerCall, type BreakerOptions, createBreaker } from './breaker.ts'
import { type CallScope, type Deadlines, openCallScope } from './call-scope.ts'
import { parseEndpoint } from './endpoint.ts'
import {
  InferenceBusyError,
  InferenceError,
  InferenceRefusedError,
  InferenceUnavailableError,
} from './errors.ts'
import { type Faults, faultsOf } from './faults.ts'
import { type Call, openConnections, send } from './http.ts'
import { backoffMs, createRetryBudget } from './retry.ts'
import type { ServiceName } from './services.ts'

export interface DeploymentOptions {
  /** Base address, with or without a trailing `/v1`. */
  readonly url: string
  readonly apiKey?: string | undefined
  readonly deadlines?: Partial<Deadlines>
  readonly breaker?: BreakerOptions
  /** In one call, the first included. */
  readonly maxTries?: number
  /** W3C trace context of the running span, asked for at every call. */
  readonly traceHeaders?: (() => Record<string, string>) | undefined
  readonly logger: Logger
}

/** One model service behind one address: its connections, its breaker, its retry budget. */
export interface Deployment extends AsyncDisposable {
  readonly address: string
  /** Rejects with an InferenceError, or with the signal's reason. */
  call(call: Call, signal: AbortSignal): Promise<Answer>
}

/** As many calls as one process may have under way to one service; more are refused, not queued. */
const maxConcurrent = 512
const defaultDeadlines: Deadlines = { firstByteMs: 15_000, stallMs: 20_000, totalMs: 120_000 }

export function createDeployment(service: ServiceName, options: DeploymentOptions): Deployment {
  const { logger, maxTries = 4 } = options
  const endpoint = parseEndpoint(options.url, options.apiKey)
  const { address } = endpoint
  const deadlines = { ...defaultDeadlines, ...options.deadlines }
  const budget = createRetryBudget()
  const breaker = createBreaker({
    onChange: (state) => logger.warn('inference breaker changed', { service, address, state }),
    ...options.breaker,
  })
  let connections: Promise<Agent> | undefined
  let underWay = 0

  async function call(request: Call, caller: AbortSignal): Promise<Answer> {
    const requestId = randomUUID()
    const faults = faultsOf(service, address, requestId)
    if (underWay >= maxConcurrent) throw faults.full(maxConcurrent)
    const scope = openCallScope({ caller, deadlines, timeoutError: faults.timeout })
    underWay += 1
    let isOpen = true
    const close = () => {
      if (isOpen) underWay -= 1
      isOpen = false
      scope.close()
    }
    // Also frees the place of an answer that nobody reads.
    scope.signal.addEventListener('abort', close, { once: true })
    try {
      budget.deposit()
      return await callWithRetries({ request, requestId, scope, faults, close })
    } catch (error) {
      close()
      throw scope.signal.aborted ? scope.signal.reason : error
    }
  }

  interface Attempt {
    readonly request: Call
    readonly requestId: string
    readonly scope: CallScope
    readonly faults: Faults
    readonly close: () => void
  }

  async function callWithRetries(attempt: Attempt): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await callOnce(attempt)
      } catch (error) {
        const waitMs = tries < maxTries ? waitBeforeRetry(error, tries) : undefined
        const isAffordable =
          waitMs !== undefined && waitMs < attempt.scope.firstByteLeftMs() && budget.withdraw()
        if (!isAffordable) throw error
        logger.debug('inference call is tried again', {
          service,
          address,
          requestId: attempt.requestId,
          waitMs,
        })
        await sleep(waitMs, undefined, { signal: attempt.scope.signal })
      }
    }
  }

  async function callOnce({ request, requestId, scope, faults, close }: Attempt): Promise<Answer> {
    const breakerCall = breaker.enter()
    if (!breakerCall) throw faults.breakerOpen(breaker.retryAfterMs())
    try {
      connections ??= openConnections(maxConcurrent)
      const headers = headersOf(requestId)
      const reply = await send({ agent: await connections, endpoint, call: request, headers, scope, faults })
      scope.firstByteArrived()
      breakerCall.answered()
      return openAnswer({ reply, maxBytes: request.maxBytes, scope, breakerCall, faults, onClose: close })
    } catch (error) {
      settle(breakerCall, error)
      throw error
    }
  }

  function headersOf(requestId: string): Record<string, string> {
    const { authorization } = endpoint
    return {
      ...options.traceHeaders?.(),
      'x-request-id': requestId,
      ...(authorization ? { authorization } : {}),
    }
  }

  return {
    address,
    call,
    async [Symbol.asyncDispose]() {
      await (await connections)?.destroy()
    },
  }
}

/** Undefined: do not try again. */
function waitBeforeRetry(error: unknown, tries: number): number | undefined {
  if (error instanceof InferenceBusyError && error.retryAfterMs !== undefined)
    return error.retryAfterMs + backoffMs(1)
  const isWorthIt =
    error instanceof InferenceBusyError || (error instanceof InferenceUnavailableError && error.isPassing)
  return isWorthIt ? backoffMs(tries) : undefined
}

/** A refusal proves that the service lives; being busy or aborted proves nothing. */
function settle(breakerCall: BreakerCall, error: unknown): void {
  if (error instanceof InferenceRefusedError) breakerCall.succeeded()
  else if (error instanceof InferenceBusyError || !(error instanceof InferenceError)) breakerCall.abandoned()
  else breakerCall.failed()
}

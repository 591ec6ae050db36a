import { type ServiceName, services } from './services.ts'

export interface FaultFacts {
  readonly service: ServiceName
  /** Where the service is, without credentials. */
  readonly address: string
  /** What an operator can do about it, one sentence. */
  readonly remedy: string
  readonly requestId?: string | undefined
  readonly cause?: unknown
}

/** Any fault of a model service. An abort is not one: it rethrows the signal's reason. */
export class InferenceError extends Error {
  override readonly name: string = 'InferenceError'
  readonly service: ServiceName
  readonly address: string
  readonly remedy: string
  readonly requestId: string | undefined

  constructor(what: string, { service, address, remedy, requestId, cause }: FaultFacts) {
    super(`the ${services[service].label} at ${address} ${what}`, cause === undefined ? {} : { cause })
    this.service = service
    this.address = address
    this.remedy = remedy
    this.requestId = requestId
  }
}

/** Nothing usable answers there: refused, reset, unknown host, or a server fault (5xx). */
export class InferenceUnavailableError extends InferenceError {
  override readonly name = 'InferenceUnavailableError'
  /** The same call may work a moment later. */
  readonly isPassing: boolean
  constructor(what: string, facts: FaultFacts & { readonly isPassing: boolean }) {
    super(what, facts)
    this.isPassing = facts.isPassing
  }
}

/** It answers, but has no room (429, or 503 with Retry-After), also after the retries that the deadline allowed. */
export class InferenceBusyError extends InferenceError {
  override readonly name = 'InferenceBusyError'
  readonly retryAfterMs: number | undefined
  constructor(what: string, facts: FaultFacts & { readonly retryAfterMs?: number | undefined }) {
    super(what, facts)
    this.retryAfterMs = facts.retryAfterMs
  }
}

export type DeadlinePhase = 'first-byte' | 'stall' | 'total'

export class InferenceTimeoutError extends InferenceError {
  override readonly name = 'InferenceTimeoutError'
  readonly phase: DeadlinePhase
  readonly timeoutMs: number
  constructor(
    what: string,
    facts: FaultFacts & { readonly phase: DeadlinePhase; readonly timeoutMs: number },
  ) {
    super(what, facts)
    this.phase = facts.phase
    this.timeoutMs = facts.timeoutMs
  }
}

/** The answer broke off after it began; what came before must not be shown as complete. */
export class InferenceInterruptedError extends InferenceError {
  override readonly name = 'InferenceInterruptedError'
}

/** The service understood the call and said no (4xx); asking again changes nothing. */
export class InferenceRefusedError extends InferenceError {
  override readonly name = 'InferenceRefusedError'
  readonly status: number
  /** The service's own words, short, one line, without anything that was sent to it. */
  readonly detail: string | undefined
  constructor(
    what: string,
    facts: FaultFacts & { readonly status: number; readonly detail?: string | undefined },
  ) {
    super(what, facts)
    this.status = facts.status
    this.detail = facts.detail
  }
}

/** What came back is not the shape that was agreed. */
export class InferenceProtocolError extends InferenceError {
  override readonly name = 'InferenceProtocolError'
}

/** The breaker is open: the service failed several times in a row and is left alone for a moment. */
export class BreakerOpenError extends InferenceError {
  override readonly name = 'BreakerOpenError'
  readonly retryAfterMs: number
  constructor(facts: FaultFacts & { readonly retryAfterMs: number }) {
    super(
      `failed several times in a row and is left alone for ${Math.ceil(facts.retryAfterMs / 1000)} s`,
      facts,
    )
    this.retryAfterMs = facts.retryAfterMs
  }
}

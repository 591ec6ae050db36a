import {
  BreakerOpenError,
  type DeadlinePhase,
  type FaultFacts,
  InferenceBusyError,
  type InferenceError,
  InferenceInterruptedError,
  InferenceProtocolError,
  InferenceRefusedError,
  InferenceTimeoutError,
  InferenceUnavailableError,
} from './errors.ts'
import { type ServiceName, services } from './services.ts'

interface RefusalFacts {
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly detail: string | undefined
}

/** What went wrong with one call, in the words and with the remedies of its service. */
export interface Faults {
  status(refusal: RefusalFacts): InferenceError
  connection(cause: unknown): InferenceError
  interrupted(cause: unknown): InferenceError
  protocol(what: string, cause?: unknown): InferenceProtocolError
  timeout(phase: DeadlinePhase, timeoutMs: number): InferenceTimeoutError
  breakerOpen(retryAfterMs: number): BreakerOpenError
  full(limit: number): InferenceBusyError
}

export function faultsOf(service: ServiceName, address: string, requestId?: string): Faults {
  const { urlSetting, modelSetting } = services[service]
  const facts = (remedy: string, cause?: unknown): FaultFacts => ({
    service,
    address,
    remedy,
    requestId,
    cause,
  })
  const checkIt = `See whether it runs and can be reached from here; ${urlSetting} or RAY_SERVE_URL says where it is.`
  const checkLoad = 'Give it more replicas or fewer users, and see its own logs.'

  function status({ status: code, retryAfterMs, detail }: RefusalFacts): InferenceError {
    const says = detail ? `: ${detail}` : ''
    if (code === 429 || (code === 503 && retryAfterMs !== undefined))
      return new InferenceBusyError(`has no room (${code})`, { ...facts(checkLoad), retryAfterMs })
    if (code >= 500 || code === 408)
      return new InferenceUnavailableError(`failed (${code})${says}`, {
        ...facts('See its own logs.'),
        isPassing: code === 503 || code === 408,
      })
    return new InferenceRefusedError(`refused the request (${code})${says}`, {
      ...facts(refusalRemedy(code)),
      status: code,
      detail,
    })
  }

  function refusalRemedy(code: number): string {
    if (code === 401 || code === 403) return 'Set INFERENCE_API_KEY to a key that it accepts.'
    if (code === 404)
      return `Check ${urlSetting} or RAY_SERVE_URL, and that ${modelSetting} names a model it has.`
    if (code < 400) return `It redirects elsewhere: put the final address into ${urlSetting}.`
    return `Check ${modelSetting}, and that what answers at this address is the ${services[service].label}.`
  }

  function connection(cause: unknown): InferenceError {
    const code = codeOf(cause)
    if (isUnreadable(code)) return protocol(`does not speak HTTP as agreed (${code})`, cause)
    return new InferenceUnavailableError(`doesn't answer (${code})`, {
      ...facts(connectionRemedy(code), cause),
      isPassing: passingCodes.has(code),
    })
  }

  function connectionRemedy(code: string): string {
    if (code === 'ENOTFOUND') return `That host name is unknown here: check ${urlSetting} or RAY_SERVE_URL.`
    if (/CERT|TLS|SSL/.test(code)) return 'Its certificate is not trusted here: set NODE_EXTRA_CA_CERTS.'
    return checkIt
  }

  function protocol(what: string, cause?: unknown): InferenceProtocolError {
    const remedy = `Check that ${urlSetting} or RAY_SERVE_URL is the address of an OpenAI-shaped ${services[service].label}.`
    return new InferenceProtocolError(what, facts(remedy, cause))
  }

  return {
    status,
    connection,
    protocol,
    interrupted: (cause) =>
      new InferenceInterruptedError('broke off its answer', facts('See its own logs.', cause)),
    timeout: (phase, timeoutMs) =>
      new InferenceTimeoutError(`${slowness[phase]} ${timeoutMs / 1000} s`, {
        ...facts(checkIt),
        phase,
        timeoutMs,
      }),
    breakerOpen: (retryAfterMs) => new BreakerOpenError({ ...facts(checkIt), retryAfterMs }),
    full: (limit) =>
      new InferenceBusyError(`already has ${limit} calls from here under way`, facts(checkLoad)),
  }
}

const slowness: Record<DeadlinePhase, string> = {
  'first-byte': 'did not begin to answer within',
  stall: 'fell silent in the middle of its answer for',
  total: 'did not finish its answer within',
}

const passingCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'EAI_AGAIN',
  'ETIMEDOUT',
])

function isUnreadable(code: string): boolean {
  return (
    code === 'HTTPParserError' ||
    code.startsWith('HPE_') ||
    code === 'UND_ERR_HEADERS_OVERFLOW' ||
    code.startsWith('UND_ERR_RES_')
  )
}

function codeOf(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code
  return cause instanceof Error ? cause.name : 'unknown'
}

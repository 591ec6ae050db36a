import {
  BreakerOpenError,
  InferenceBusyError,
  InferenceError,
  InferenceInterruptedError,
  InferenceProtocolError,
  InferenceRefusedError,
  InferenceTimeoutError,
} from './errors.ts'
import { type ServiceName, services } from './services.ts'

const loss: Record<ServiceName, string> = {
  llm: "I can't think right now",
  stt: "I can't hear anyone",
  tts: "I can't speak right now",
  embeddings: "I can't look things up right now",
  reranker: "I can't look things up right now",
}

/** One or two plain sentences for the person who asked: what happened, what it means, what to do. */
export function explainToPerson(error: unknown): string {
  if (!(error instanceof InferenceError)) return 'I ran into a fault of my own. Try again in a minute.'
  if (error instanceof InferenceInterruptedError)
    return `My answer broke off: ${who(error)} stopped in the middle. Ask me again.`
  return `${loss[error.service]}: ${who(error)} ${whatHappened(error)}`
}

/** One line for logs and the terminal: the fault and its remedy. */
export function explainToOperator(error: InferenceError): string {
  return `${error.message}. ${error.remedy}`
}

function whatHappened(error: InferenceError): string {
  if (error instanceof InferenceBusyError) return `is busy. Try again in ${inSeconds(error.retryAfterMs)}.`
  if (error instanceof BreakerOpenError)
    return `doesn't answer. Try again in ${inSeconds(error.retryAfterMs)}.`
  if (error instanceof InferenceTimeoutError) return 'takes too long. Try again in a minute.'
  if (error instanceof InferenceRefusedError)
    return "doesn't accept my request. Whoever runs me needs to look at its settings."
  if (error instanceof InferenceProtocolError)
    return "gives answers I don't understand. Whoever runs me needs to look at its settings."
  return "doesn't answer. Try again in a minute."
}

const who = (error: InferenceError) => `the ${services[error.service].label} at ${hostOf(error.address)}`

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address
}

function inSeconds(ms: number | undefined): string {
  if (ms === undefined || ms > 45_000) return 'a minute'
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  return seconds === 1 ? 'a second' : `${seconds} seconds`
}

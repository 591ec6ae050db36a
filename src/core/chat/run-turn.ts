import type { ChatModel } from '#core/inference/ports.ts'
import type { ReplyStatus } from '#core/protocol/chat.ts'
import { type AnswerFacts, readAnswer } from './answer-stream.ts'
import { createLengthLimit } from './answer-text.ts'
import type { AnswerPiece } from './expression-tags.ts'
import type { History } from './history.ts'
import { type Moderate, moderateAnswer } from './moderation.ts'
import type { ResolvedPersona } from './place-settings.ts'
import { assemblePrompt, type Note, type TurnRequest } from './prompt.ts'
import { EmptyAnswerError, explainTurn, TurnDeadlineError } from './turn-errors.ts'

export interface TurnLimits {
  /** From the beginning of the turn to the end of the answer. */
  readonly deadlineMs: number
  readonly maxAnswerChars: number
  readonly maxAnswerTokens: number
}

const defaultTurnLimits: TurnLimits = {
  deadlineMs: 60_000,
  maxAnswerChars: 8_000,
  maxAnswerTokens: 1_000,
}

/** Finds notes for a request in memory and knowledge. */
export type Recall = (request: TurnRequest, options: { signal: AbortSignal }) => Promise<readonly Note[]>

export interface TurnDeps extends ResolvedPersona {
  readonly chatModel: ChatModel
  /** Keeps a conversation on the model replica that knows its prefix: the same for all turns of a conversation. */
  readonly sessionId: string
  /** What was said before, already cut to its budget. */
  readonly history: History
  /** Memory and knowledge that may help. */
  readonly recall?: Recall
  /** Judges sentences before they go out. Without it, text goes out token by token. */
  readonly moderate?: Moderate | undefined
  readonly now?: () => Date
  readonly limits?: Partial<TurnLimits>
}

interface TurnTimings {
  readonly contextMs?: number
  readonly firstTokenMs?: number
  readonly totalMs: number
}

export interface TurnEnd {
  readonly type: 'end'
  readonly status: Exclude<ReplyStatus, 'retracted'>
  /** The whole answer: the same as all `text` events together. */
  readonly text: string
  /** What to tell the person when the answer is not complete. */
  readonly notice?: string
  /** The fault behind `failed`, for the log. */
  readonly fault?: unknown
  readonly usage: { readonly promptTokens?: number; readonly completionTokens?: number }
  readonly timings: TurnTimings
}

export type TurnEvent = AnswerPiece | TurnEnd

/**
 * Answers one request. Streams text and expressions as they come, then exactly one `end`, also when the turn fails
 * (`failed`, with a sentence for the person) or `signal` aborts (`stopped`, with the text so far). Never throws; a
 * `break` ends the model's work.
 */
export async function* runTurn(
  request: TurnRequest,
  deps: TurnDeps,
  signal: AbortSignal,
): AsyncGenerator<TurnEvent, void, undefined> {
  const limits = { ...defaultTurnLimits, ...deps.limits }
  const progress: TurnProgress = { startedAt: performance.now(), text: '', facts: {} }
  using deadline = startDeadline(limits.deadlineMs, signal)
  let fault: unknown
  try {
    const length = createLengthLimit(limits.maxAnswerChars)
    for await (const whole of await answer(request, deps, limits, progress, deadline.signal)) {
      const piece = length.cut(whole)
      if (piece.type === 'text') progress.text += piece.text
      yield piece
      // Leaving ends the model's work.
      if (length.isReached) break
    }
    if (progress.text === '') throw new EmptyAnswerError('the model answered nothing')
  } catch (error) {
    fault = error
  }
  yield endOf(progress, fault, signal.aborted)
}

interface TurnProgress {
  readonly startedAt: number
  readonly facts: AnswerFacts
  text: string
  contextMs?: number
}

async function answer(
  request: TurnRequest,
  deps: TurnDeps,
  limits: TurnLimits,
  progress: TurnProgress,
  signal: AbortSignal,
): Promise<AsyncIterable<AnswerPiece>> {
  signal.throwIfAborted()
  const notes = (await deps.recall?.(request, { signal })) ?? []
  const { persona, wishes, history, sessionId, moderate, now = () => new Date() } = deps
  const messages = assemblePrompt({ persona, wishes, request, history, notes, now: now() })
  progress.contextMs = performance.now() - progress.startedAt

  const completion = { messages, maxTokens: limits.maxAnswerTokens, sessionId }
  const chunks = deps.chatModel.complete(completion, { signal })
  const pieces = readAnswer(chunks, { expressions: persona.expressions, facts: progress.facts })
  const { author, place } = request
  return moderate ? moderateAnswer(pieces, moderate, { author, place, signal }) : pieces
}

function endOf(
  { startedAt, text, contextMs, facts }: TurnProgress,
  fault: unknown,
  isStopped: boolean,
): TurnEnd {
  const { firstTokenMs, ...usage } = facts
  const timings: TurnTimings = {
    ...(contextMs === undefined ? {} : { contextMs }),
    ...(firstTokenMs === undefined ? {} : { firstTokenMs }),
    totalMs: performance.now() - startedAt,
  }
  const common = { type: 'end', text, usage, timings } as const
  if (fault === undefined) return { ...common, status: 'complete' }
  if (isStopped) return { ...common, status: 'stopped' }
  return { ...common, status: 'failed', notice: explainTurn(fault), fault }
}

/** A signal that aborts with the caller's, or with TurnDeadlineError when the time is over. */
function startDeadline(
  deadlineMs: number,
  signal: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new TurnDeadlineError(deadlineMs)), deadlineMs)
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    [Symbol.dispose]: () => clearTimeout(timer),
  }
}

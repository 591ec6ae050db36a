import { explainToPerson } from '#core/inference/explain.ts'
import { AnswerWithheldError } from './moderation.ts'

/** The answer was not whole within the turn's deadline. */
export class TurnDeadlineError extends Error {
  override readonly name = 'TurnDeadlineError'
  readonly deadlineMs: number
  constructor(deadlineMs: number) {
    super(`the turn was not over within ${deadlineMs} ms`)
    this.deadlineMs = deadlineMs
  }
}

/** The model ended its answer without a word. */
export class EmptyAnswerError extends Error {
  override readonly name = 'EmptyAnswerError'
}

/** One or two plain sentences for the person whose turn failed. */
export function explainTurn(fault: unknown): string {
  if (fault instanceof TurnDeadlineError)
    return 'My answer took too long, so I stopped. Ask me again in a minute.'
  if (fault instanceof EmptyAnswerError) return 'I found no words for that. Try asking in another way.'
  if (fault instanceof AnswerWithheldError)
    return 'I stopped there: what came next does not belong in this place.'
  return explainToPerson(fault)
}

import type { Author, Place } from '#core/protocol/chat.ts'
import type { AnswerPiece } from './expression-tags.ts'

/** `stop` ends the answer before this text; what went out earlier stays. */
export type Verdict = 'pass' | 'stop' | { readonly replace: string }

export interface ModerationContext {
  readonly author: Author
  readonly place: Place
  /** What already went out of this answer. */
  readonly answerSoFar: string
  readonly signal: AbortSignal
}

/** Decides about a sentence (or several that arrived together, or the last unfinished one) before anybody sees it. */
export type Moderate = (text: string, context: ModerationContext) => Verdict | Promise<Verdict>

/** Moderation ended the answer. */
export class AnswerWithheldError extends Error {
  override readonly name = 'AnswerWithheldError'
}

/** Text without an end in sight (a table, code) is judged in pieces of about this many characters. */
const longestSentence = 400

/**
 * Lets an answer out sentence by sentence, as judged. An expression stands where it stood in its sentence.
 * @throws AnswerWithheldError when the verdict is `stop`
 */
export async function* moderateAnswer(
  pieces: AsyncIterable<AnswerPiece>,
  moderate: Moderate,
  context: Omit<ModerationContext, 'answerSoFar'>,
): AsyncGenerator<AnswerPiece, void, undefined> {
  let held: AnswerPiece[] = []
  let answerSoFar = ''
  const judge = async (sentence: AnswerPiece[]): Promise<AnswerPiece[]> => {
    const text = textOf(sentence)
    const verdict = text === '' ? 'pass' : await moderate(text, { ...context, answerSoFar })
    if (verdict === 'stop') throw new AnswerWithheldError('moderation stopped the answer')
    const passed = verdict === 'pass' ? sentence : replaceText(sentence, verdict.replace)
    answerSoFar += textOf(passed)
    return passed
  }
  for await (const piece of pieces) {
    held.push(piece)
    const [sentence, rest] = splitAt(held, endOfSentences(textOf(held)))
    held = rest
    yield* await judge(sentence)
  }
  yield* await judge(held)
}

function textOf(pieces: readonly AnswerPiece[]): string {
  return pieces.map((piece) => (piece.type === 'text' ? piece.text : '')).join('')
}

function replaceText(pieces: readonly AnswerPiece[], text: string): AnswerPiece[] {
  return [...pieces.filter((piece) => piece.type === 'expression'), { type: 'text', text }]
}

/** How many characters, from the start, can be judged: whole sentences, or words when a sentence does not end. */
function endOfSentences(text: string): number {
  const last = text
    .matchAll(/[.!?…]["')\]]*\s|[。！？\n]/gu)
    .reduce((_, { index, 0: mark }) => index + mark.length, 0)
  if (last > 0 || text.length < longestSentence) return last
  return text.lastIndexOf(' ') + 1 || text.length
}

/** Expressions at the border need not wait for the text after it. */
function splitAt(pieces: readonly AnswerPiece[], length: number): [AnswerPiece[], AnswerPiece[]] {
  const before: AnswerPiece[] = []
  const after: AnswerPiece[] = []
  let left = length
  for (const piece of pieces) {
    if (piece.type === 'expression') (after.length === 0 ? before : after).push(piece)
    else {
      appendText(before, piece.text.slice(0, left))
      appendText(after, piece.text.slice(left))
      left = Math.max(0, left - piece.text.length)
    }
  }
  return [before, after]
}

function appendText(pieces: AnswerPiece[], text: string): void {
  const last = pieces.at(-1)
  if (last?.type === 'text') pieces[pieces.length - 1] = { type: 'text', text: last.text + text }
  else if (text !== '') pieces.push({ type: 'text', text })
}

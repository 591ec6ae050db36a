import { type AnswerPiece, createExpressionParser, type ExpressionName } from './expression-tags.ts'
import { withoutHidden } from './untrusted.ts'

/**
 * A step between a model's text and what people read. It is pushed the text as it comes and gives what has become certain
 * of it; `flush` gives what it held back. Steps are functions and not streams: each stream that waits for a token is
 * garbage that outlives its generation.
 */
export interface TextStep<Out> {
  push(text: string): Out
  flush(): Out
}

/** Joins characters that were cut in two, and leaves out those that hide or turn text: nobody should meet them. */
export function createCleaner(): TextStep<string> {
  let half = ''
  return {
    push(text) {
      const joined = half + text
      half = /[\ud800-\udbff]$/.exec(joined)?.[0] ?? ''
      return withoutHidden(half === '' ? joined : joined.slice(0, -1))
    },
    flush: () => '',
  }
}

const [thoughtsBegin, thoughtsEnd] = ['<think>', '</think>']

/** Leaves out what a reasoning model thinks before it answers, where its server does not keep that apart. */
export function createThoughtSkipper(): TextStep<string> {
  let state: 'beginning' | 'thinking' | 'answering' = 'beginning'
  let held = ''
  // A function, because the type checker does not see that the readers below change the state.
  const isAnswering = () => state === 'answering'

  function readBeginning() {
    const start = held.trimStart().slice(0, thoughtsBegin.length)
    if (start === thoughtsBegin) state = 'thinking'
    else if (!thoughtsBegin.startsWith(start)) state = 'answering'
  }

  function readThoughts() {
    const end = held.indexOf(thoughtsEnd)
    if (end >= 0) state = 'answering'
    held = end >= 0 ? held.slice(end + thoughtsEnd.length) : held.slice(-thoughtsEnd.length)
  }

  return {
    push(text) {
      if (isAnswering()) return text
      held += text
      if (state === 'beginning') readBeginning()
      if (state === 'thinking') readThoughts()
      return isAnswering() ? held : ''
    },
    flush: () => (state === 'beginning' ? held : ''),
  }
}

/**
 * Takes the expression tags out. Known tags that this persona may not use vanish, too. A blank that stood around a tag
 * at the beginning, or would double one that is there, goes with the tag.
 */
export function createExpressionReader(allowed: readonly ExpressionName[]): TextStep<AnswerPiece[]> {
  const parser = createExpressionParser()
  let skipsBlanks = true
  let endsBlank = true

  function tidy(piece: AnswerPiece): AnswerPiece | undefined {
    if (piece.type === 'expression') {
      skipsBlanks ||= endsBlank
      return allowed.includes(piece.name) ? piece : undefined
    }
    const text = skipsBlanks ? piece.text.trimStart() : piece.text
    if (text === '') return undefined
    skipsBlanks = false
    endsBlank = /\s$/u.test(text)
    return { type: 'text', text }
  }

  const tidyAll = (pieces: readonly AnswerPiece[]) => pieces.map(tidy).filter((piece) => piece !== undefined)
  return {
    push: (text) => tidyAll(parser.push(text)),
    flush: () => tidyAll(parser.flush()),
  }
}

export interface LengthLimit {
  readonly isReached: boolean
  /** What of a piece still fits; an answer that is cut ends in an ellipsis. */
  cut(piece: AnswerPiece): AnswerPiece
}

export function createLengthLimit(maxChars: number): LengthLimit {
  let left = maxChars
  let isReached = false
  return {
    get isReached() {
      return isReached
    },
    cut(piece) {
      if (piece.type === 'expression') return piece
      isReached = piece.text.length > left
      // Half of a surrogate pair would be shown as a broken character.
      if (isReached)
        return { type: 'text', text: `${piece.text.slice(0, left).replace(/[\ud800-\udbff]$/, '')}…` }
      left -= piece.text.length
      return piece
    },
  }
}

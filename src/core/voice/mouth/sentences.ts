import type { AnswerPiece, ExpressionName } from '#core/chat/expression-tags.ts'
import type { VoiceClock } from '../clock.ts'
import { createProseOnly } from './text/prose-only.ts'
import { createSentenceChunker } from './text/sentence-chunker.ts'
import { toSpokenText } from './text/spoken-text.ts'
import { untilAborted } from './until-aborted.ts'

/** A mark is taken for the end of a sentence when nothing follows it for so long. */
const pauseMs = 80

/** What a voice is given at once. */
export interface Sentence {
  /** Ready to be spoken; empty when only faces are left, at the end of an answer. */
  readonly text: string
  /** Faces to make when it begins. */
  readonly expressions: readonly ExpressionName[]
}

/** Cuts an answer into sentences as it comes. Code, addresses, marks and emoji are taken out. */
export async function* toSentences(
  pieces: AsyncIterable<AnswerPiece>,
  { clock, signal }: { readonly clock: VoiceClock; readonly signal: AbortSignal },
): AsyncGenerator<Sentence, void> {
  const cutter = new AnswerCutter()
  const left = new AbortController()
  const source = untilAborted(pieces, AbortSignal.any([signal, left.signal]))
  let next = source.next()
  try {
    for (;;) {
      const result = cutter.looksFinished ? await within(next, pauseMs, clock) : await next
      if (result === 'late') {
        yield* cutter.pause()
        continue
      }
      if (result.done) break
      next = source.next()
      yield* cutter.push(result.value)
    }
    yield* cutter.end()
  } finally {
    // The next piece is already asked for, and nobody wants it any more.
    next.catch(() => undefined)
    left.abort()
  }
}

class AnswerCutter {
  #prose = createProseOnly()
  readonly #chunker = createSentenceChunker()
  #expressions: ExpressionName[] = []

  get looksFinished(): boolean {
    return this.#chunker.looksFinished
  }

  push(piece: AnswerPiece): Sentence[] {
    if (piece.type === 'text') return this.#toSentences(this.#chunker.push(this.#prose.push(piece.text)))
    const finished = this.#toSentences(this.#chunker.pause())
    this.#expressions.push(piece.name)
    return finished
  }

  pause(): Sentence[] {
    return this.#toSentences(this.#chunker.pause())
  }

  end(): Sentence[] {
    const rest = this.#chunker.push(this.#prose.flush())
    const sentences = this.#toSentences([...rest, ...this.#chunker.flush()])
    if (this.#expressions.length > 0) sentences.push({ text: '', expressions: this.#takeExpressions() })
    return sentences
  }

  #toSentences(chunks: readonly string[]): Sentence[] {
    return chunks
      .map(toSpokenText)
      .filter((text) => text !== '')
      .map((text) => ({ text, expressions: this.#takeExpressions() }))
  }

  #takeExpressions(): ExpressionName[] {
    const taken = this.#expressions
    this.#expressions = []
    return taken
  }
}

async function within<T>(promise: Promise<T>, ms: number, clock: VoiceClock): Promise<T | 'late'> {
  const late = Promise.withResolvers<'late'>()
  using _timer = clock.setTimer(clock.now() + ms, () => late.resolve('late'))
  return await Promise.race([promise, late.promise])
}

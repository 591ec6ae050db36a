import type { ChatChunk } from '#core/inference/ports.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import { createCleaner, createExpressionReader, createThoughtSkipper } from './answer-text.ts'
import type { AnswerPiece, ExpressionName } from './expression-tags.ts'

/** What the model's side of a turn cost, filled in while the answer streams. */
export interface AnswerFacts {
  firstTokenMs?: number
  promptTokens?: number
  completionTokens?: number
}

export interface AnswerOptions {
  readonly expressions: readonly ExpressionName[]
  readonly facts: AnswerFacts
}

/** A model's answer as people may read it: cleaned, without thoughts, its expression tags read. */
export async function* readAnswer(
  chunks: AsyncIterable<ChatChunk>,
  { expressions, facts }: AnswerOptions,
): AsyncGenerator<AnswerPiece, void, undefined> {
  const cleaner = createCleaner()
  const thoughts = createThoughtSkipper()
  const reader = createExpressionReader(expressions)
  for await (const chunk of timeFirst(chunks, facts)) {
    const text = textOfChunk(chunk, facts)
    for (const piece of reader.push(thoughts.push(cleaner.push(text)))) yield piece
  }
  yield* reader.push(thoughts.flush())
  yield* reader.flush()
}

/** The model's chunks, with a span and a note of how long the first one took. Adds nothing to the others. */
function timeFirst(chunks: AsyncIterable<ChatChunk>, facts: AnswerFacts): AsyncIterable<ChatChunk> {
  const source = chunks[Symbol.asyncIterator]()
  const startedAt = performance.now()
  let isFirst = true
  const first = async () => {
    const result = await inSpan('llm.first_token', {}, () => source.next())
    facts.firstTokenMs = performance.now() - startedAt
    return result
  }
  const next = () => {
    if (!isFirst) return source.next()
    isFirst = false
    return first()
  }
  const leave = async () => (await source.return?.()) ?? { done: true as const, value: undefined }
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) }
}

/** The text of a chunk; the last one is noted instead, and ends an answer that the model's own limit cut in an ellipsis. */
function textOfChunk(chunk: ChatChunk, facts: AnswerFacts): string {
  if (chunk.type === 'text') return chunk.text
  if (chunk.promptTokens !== undefined) facts.promptTokens = chunk.promptTokens
  if (chunk.completionTokens !== undefined) facts.completionTokens = chunk.completionTokens
  return chunk.finishReason === 'length' ? ' …' : ''
}

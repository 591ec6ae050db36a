import type { ChatCompletionRequest, ChatModel } from '#core/inference/ports.ts'
import { inSpan } from '#core/telemetry/trace-context.ts'
import { type AnswerPiece, createExpressionParser, type ExpressionName } from './expression-tags.ts'
import { withoutHidden } from './untrusted.ts'

/** The stages between a chat model and the people who read: each takes a stream and gives a stream. */

/** What the model's side of a turn cost, filled in while the answer streams. */
export interface AnswerFacts {
  firstTokenMs?: number
  promptTokens?: number
  completionTokens?: number
}

/** The model's text as it comes; an answer that the model's own limit cut ends in an ellipsis. */
export async function* readModel(
  chatModel: ChatModel,
  request: ChatCompletionRequest,
  { facts, signal }: { facts: AnswerFacts; signal: AbortSignal },
): AsyncGenerator<string, void, undefined> {
  const startedAt = performance.now()
  const chunks = chatModel.complete(request, { signal })[Symbol.asyncIterator]()
  try {
    let next = await inSpan('llm.first_token', {}, () => chunks.next())
    facts.firstTokenMs = performance.now() - startedAt
    for (; next.done !== true; next = await chunks.next()) {
      const chunk = next.value
      if (chunk.type === 'text') yield chunk.text
      else {
        if (chunk.promptTokens !== undefined) facts.promptTokens = chunk.promptTokens
        if (chunk.completionTokens !== undefined) facts.completionTokens = chunk.completionTokens
        if (chunk.finishReason === 'length') yield ' …'
      }
    }
  } finally {
    await chunks.return?.()
  }
}

/** Joins characters that were cut in two, and leaves out those that hide or turn text: nobody should meet them. */
export async function* cleanTexts(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let half = ''
  for await (const text of texts) {
    const joined = half + text
    half = /[\ud800-\udbff]$/.exec(joined)?.[0] ?? ''
    const clean = withoutHidden(joined.slice(0, joined.length - half.length))
    if (clean !== '') yield clean
  }
}

const [thoughtsBegin, thoughtsEnd] = ['<think>', '</think>']

/** Leaves out what a reasoning model thinks before it answers, where its server does not keep that apart. */
export async function* skipThoughts(texts: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let state: 'beginning' | 'thinking' | 'answering' = 'beginning'
  let held = ''
  for await (const text of texts) {
    held += text
    if (state === 'beginning' && !thoughtsBegin.startsWith(held.trimStart().slice(0, thoughtsBegin.length)))
      state = 'answering'
    if (state === 'beginning' && held.trimStart().startsWith(thoughtsBegin)) state = 'thinking'
    if (state === 'thinking') {
      const end = held.indexOf(thoughtsEnd)
      if (end >= 0) state = 'answering'
      held = end >= 0 ? held.slice(end + thoughtsEnd.length) : held.slice(-thoughtsEnd.length)
    }
    if (state !== 'answering') continue
    if (held !== '') yield held
    held = ''
  }
  if (state === 'beginning' && held !== '') yield held
}

/**
 * Takes the expression tags out. Known tags that this persona may not use vanish, too. A blank that stood around a tag
 * at the beginning, or would double one that is there, goes with the tag.
 */
export async function* readExpressions(
  texts: AsyncIterable<string>,
  allowed: readonly ExpressionName[],
): AsyncGenerator<AnswerPiece, void, undefined> {
  const parser = createExpressionParser()
  let skipsBlanks = true
  let endsBlank = true
  const tidy = function* (pieces: readonly AnswerPiece[]): Generator<AnswerPiece> {
    for (const piece of pieces) {
      if (piece.type === 'expression') {
        skipsBlanks ||= endsBlank
        if (allowed.includes(piece.name)) yield piece
        continue
      }
      const text = skipsBlanks ? piece.text.trimStart() : piece.text
      if (text === '') continue
      skipsBlanks = false
      endsBlank = /\s$/u.test(text)
      yield { type: 'text', text }
    }
  }
  for await (const text of texts) yield* tidy(parser.push(text))
  yield* tidy(parser.flush())
}

/** Ends the answer, and with it the model's work, after so many characters; a cut answer ends in an ellipsis. */
export async function* limitLength(
  pieces: AsyncIterable<AnswerPiece>,
  maxChars: number,
): AsyncGenerator<AnswerPiece, void, undefined> {
  let left = maxChars
  for await (const piece of pieces) {
    if (piece.type === 'text' && piece.text.length > left) {
      // Half of a surrogate pair would be shown as a broken character.
      yield { type: 'text', text: `${piece.text.slice(0, left).replace(/[\ud800-\udbff]$/, '')}…` }
      return
    }
    if (piece.type === 'text') left -= piece.text.length
    yield piece
  }
}

import { looksFinished, sentenceEnds } from '#core/sentences/sentence-ends.ts'

/** The first words are said as soon as there is a clause of this length. */
const minFirstClauseChars = 18
const maxFirstChars = 120
/** Later, a shorter sentence waits for the next: a voice needs some words to find its melody. */
const minSentenceChars = 20
const maxSentenceChars = 240

const clauseEnd = /[,;:\u2013\u2014](?=\s)|[\uff0c\u3001\uff1b\uff1a]/g

export interface SentenceChunker {
  /** What is complete now. Nothing is lost: all chunks and the rest together are the text. */
  push(text: string): string[]
  /** No text came for a moment: what looks finished is. */
  pause(): string[]
  /** No text comes any more. */
  flush(): string[]
  /** Something is held back that `pause` would give. */
  readonly looksFinished: boolean
  readonly isEmpty: boolean
}

/** Cuts a streamed answer into what a voice is given at once: sentences, and before them a first clause. */
export function createSentenceChunker(): SentenceChunker {
  let text = ''
  let isFirst = true

  const cutAt = (end: number) => {
    const chunk = text.slice(0, end)
    text = text.slice(end)
    if (/[\p{L}\p{N}]/u.test(chunk)) isFirst = false
    return chunk
  }
  const rest = () => (text === '' ? [] : [cutAt(text.length)])
  return {
    push(more) {
      text += more
      const chunks: string[] = []
      for (let end = findEnd(text, isFirst); end > 0; end = findEnd(text, isFirst)) chunks.push(cutAt(end))
      return chunks
    },
    pause: () => (looksFinished(text) ? rest() : []),
    flush: rest,
    get looksFinished() {
      return looksFinished(text)
    },
    get isEmpty() {
      return text.trim() === ''
    },
  }
}

/** Where to cut, or 0 when the text must grow first. */
function findEnd(text: string, isFirst: boolean): number {
  const early = isFirst ? firstClause(text) : 0
  for (const end of sentenceEnds(text)) {
    if (early > 0 && early < end) return early
    const isLong = isFirst || spokenLength(text.slice(0, end)) >= minSentenceChars
    if ((isLong || text.charAt(end - 1) === '\n') && end <= maxSentenceChars) return end
  }
  if (early > 0) return early
  const max = isFirst ? maxFirstChars : maxSentenceChars
  return text.length > max ? lastBreak(text.slice(0, max)) : 0
}

function firstClause(text: string): number {
  for (const { index } of text.matchAll(clauseEnd))
    if (spokenLength(text.slice(0, index)) >= minFirstClauseChars) return index + 1
  return 0
}

/** In letters of an alphabet: a sign that is a syllable or a word counts as three. */
function spokenLength(text: string): number {
  const signs = text.match(/[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/g)?.length ?? 0
  return text.trim().length + 2 * signs
}

/** The best place to cut a text that is too long: behind its last clause, else its last word. */
function lastBreak(text: string): number {
  const clause = [...text.matchAll(clauseEnd)].at(-1)?.index ?? -1
  if (clause > text.length / 2) return clause + 1
  const space = text.lastIndexOf(' ')
  return space > 0 ? space + 1 : text.length
}

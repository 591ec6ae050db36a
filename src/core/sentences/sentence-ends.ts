import { fullStopMeans } from './abbreviations.ts'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'sentence' })
const closers = '["\'\u201d\u2019\u00bb)\\]*_`~\u300d\u300f\uff09]*'
const endsInMark = new RegExp(`([.!?\\u2026\\u3002\\uff01\\uff1f\\uff61\\u0964\\u06d4\\u061f]+)${closers}$`)
const endsInQuote = /["'\u201d\u2019\u00bb]$/
/** Marks that are nothing else, in scripts that put no space behind them. */
const clearMark = new RegExp(`[\\u3002\\uff01\\uff1f\\uff61\\u0964\\u06d4]${closers}$`)

/**
 * Where sentences end in a text that is still growing, as offsets behind them, in order. The end of the text is one
 * only when a mark and a space, or a line break, show it.
 */
export function* sentenceEnds(text: string): Iterable<number> {
  for (const { index, segment } of segmenter.segment(text)) {
    const end = index + segment.length
    if (isEnd(text.slice(0, end), text.charAt(end))) yield end
  }
}

function isEnd(text: string, next: string): boolean {
  if (text.endsWith('\n')) return true
  const trimmed = text.trimEnd()
  const hasSpace = trimmed.length < text.length
  // A question mark inside an address is none.
  if (!hasSpace && !clearMark.test(text)) return false
  const mark = endsInMark.exec(trimmed)
  if (!mark) return false
  // "No!" she said: what was said is over, the sentence is not.
  if (endsInQuote.test(trimmed)) return next !== '' && next === next.toUpperCase()
  if (mark[1] !== '.') return true
  const meaning = fullStopMeans(trimmed.slice(0, mark.index + 1))
  return meaning === 'end' || (meaning === 'depends' && next !== '')
}

/** The sentences of a whole text, without the spaces between them. */
export function splitSentences(text: string): string[] {
  const sentences: string[] = []
  let start = 0
  for (const end of [...sentenceEnds(text), text.length]) {
    const sentence = text.slice(start, end).trim()
    if (sentence !== '') sentences.push(sentence)
    start = end
  }
  return sentences
}

/** Whether a text that has stopped growing for a moment looks finished: `3.` and `www.` may go on, `Hi!` does not. */
export function looksFinished(text: string): boolean {
  const trimmed = text.trimEnd()
  const mark = endsInMark.exec(trimmed)
  if (!mark) return false
  if (mark[1] !== '.') return true
  const stop = trimmed.slice(0, mark.index + 1)
  return fullStopMeans(stop) === 'end' && !/(?:\d|\/\/\S*|www[^\s]*)\.$/.test(stop)
}

import type { Word } from './spoken-words.ts'
import { joinWords } from './spoken-words.ts'

const maxLineChars = 40

/** The words of a sentence in lines of at most 40 characters, of about the same length. */
export function toCaptionLines(words: readonly Word[]): Word[][] {
  const total = joinWords(words.map(({ text }) => text)).length
  const wanted = total / Math.ceil(total / maxLineChars)
  const lines: Word[][] = []
  for (const word of words) {
    const line = lines.at(-1)
    const length = line ? lineLength([...line, word]) : 0
    // Slightly over the even length is fine; over the maximum is not.
    const fits = length <= maxLineChars && length <= wanted + word.text.length / 2
    if (line && fits) line.push(word)
    else lines.push([word])
  }
  return lines
}

function lineLength(line: readonly Word[]): number {
  return joinWords(line.map(({ text }) => text)).length
}

import type { Moderate } from './moderation.ts'

/**
 * Replaces blocked words, whatever their case, accents, width or the hidden and emphasis characters between their
 * letters. Undefined when nothing is blocked, so that text then flows without waiting for sentences.
 */
export function blockWords(words: readonly string[]): Moderate | undefined {
  const patterns = words.map(patternOf).filter((pattern) => pattern !== '')
  if (patterns.length === 0) return undefined
  const blocked = new RegExp(patterns.join('|'), 'giu')
  return (text) => {
    const letters = text.normalize('NFKD')
    const replaced = letters.replace(blocked, '•••')
    return replaced === letters ? 'pass' : { replace: replaced.normalize('NFC') }
  }
}

const accents = /[\u0300-\u036f]/g
const betweenLetters = '[\\u0300-\\u036f\\p{Default_Ignorable_Code_Point}*_~`]*'
/** Scripts that do not part their words with spaces; a border is not to be expected there. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u

function patternOf(word: string): string {
  const letters = [...word.normalize('NFKD').replace(accents, '').trim()]
  const spelled = letters.map((letter) => RegExp.escape(letter)).join(betweenLetters)
  if (spelled === '' || unspaced.test(word)) return spelled
  return `(?<![\\p{L}\\p{N}])${spelled}${betweenLetters}(?![\\p{L}\\p{N}])`
}

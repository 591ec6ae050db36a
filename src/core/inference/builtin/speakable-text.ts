import { splitSentences } from '#core/sentences/sentence-ends.ts'

const longestPiece = 240

const plainMarks: Record<string, string> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': ', ',
  '\u2014': ', ',
  '\u2026': '...',
  '\u00df': 'ss',
  '\u00e6': 'ae',
  '\u00f8': 'o',
  '\u20ac': ' euros ',
  '\u00a3': ' pounds ',
  '\u00b0': ' degrees ',
}

/** What an English voice can read: ASCII, accents taken off, everything else (emoji, other scripts) left out. */
export function toSpeakableText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(
      /[\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00df\u00e6\u00f8\u20ac\u00a3\u00b0]/g,
      (mark) => plainMarks[mark] ?? ' ',
    )
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}

/** Sentences, so that the first is heard while the next is made; the longest are cut at a space. */
export function splitForSpeech(text: string): string[] {
  return splitSentences(toSpeakableText(text))
    .flatMap(wrap)
    .filter((piece) => /[a-z0-9]/i.test(piece))
}

function wrap(sentence: string): string[] {
  const pieces: string[] = []
  let rest = sentence
  while (rest.length > longestPiece) {
    const space = rest.lastIndexOf(' ', longestPiece)
    const end = space > 0 ? space : longestPiece
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end).trimStart()
  }
  return [...pieces, rest]
}

const words = new Intl.Segmenter('und', { granularity: 'word' })

/** The words of a transcript as an ear would compare them: without case, punctuation and width. Also cuts Japanese. */
export function spokenWords(text: string): string[] {
  const found: string[] = []
  for (const { segment, isWordLike } of words.segment(text.normalize('NFKC').toLowerCase()))
    if (isWordLike) found.push(segment.replaceAll(/['’]/gu, ''))
  return found
}

/** Whether two transcripts are the same words; recognisers change case, punctuation and blanks at will. */
export function isSameSpeech(one: string, other: string): boolean {
  return one === other || spokenWords(one).join('') === spokenWords(other).join('')
}

/** `text` without the words of `earlier` at its beginning; whole when it does not begin with them. */
export function withoutBeginning(text: string, earlier: string): string {
  const beginning = spokenWords(earlier).join('')
  let passed = ''
  for (const { segment, index, isWordLike } of words.segment(text)) {
    if (passed === beginning && isWordLike) return text.slice(index)
    if (isWordLike) passed += spokenWords(segment).join('')
    if (!beginning.startsWith(passed)) return text
  }
  return passed === beginning ? '' : text
}

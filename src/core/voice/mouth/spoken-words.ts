const words = new Intl.Segmenter(undefined, { granularity: 'word' })
const unspaced = /[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]/

export interface Word {
  readonly text: string
  /** Where it begins and ends, as a share (0 to 1) of what is to be spoken of the sentence. */
  readonly from: number
  readonly until: number
}

/** The words of a sentence with the share of its sound that each takes, by its letters; marks and spaces take none. */
export function toWords(text: string): Word[] {
  const pieces = unspaced.test(text) ? segmentWords(text) : (text.match(/\S+/g) ?? [])
  const weights = pieces.map((piece) => piece.match(/[\p{L}\p{N}]/gu)?.length ?? 0)
  const total = Math.max(
    1,
    weights.reduce((sum, weight) => sum + weight, 0),
  )
  let spoken = 0
  return pieces.map((piece, index) => {
    const from = spoken / total
    spoken += weights[index] ?? 0
    return { text: piece, from, until: spoken / total }
  })
}

/** Words of scripts without spaces; marks belong to the word before them. */
function segmentWords(text: string): string[] {
  const pieces: string[] = []
  for (const { segment, isWordLike } of words.segment(text)) {
    if (isWordLike || pieces.length === 0) pieces.push(segment)
    else pieces[pieces.length - 1] += segment
  }
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '')
}

/** Joins words as they are written: scripts without spaces get none. */
export function joinWords(parts: readonly string[]): string {
  let text = ''
  for (const part of parts) {
    const isTight = text === '' || (unspaced.test(text.at(-1) ?? '') && unspaced.test(part.charAt(0)))
    text += isTight ? part : ` ${part}`
  }
  return text
}

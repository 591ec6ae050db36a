import { spokenWords } from './spoken-words.ts'

/** Recognisers mishear what comes out of a loudspeaker: of longer echoes, so many words still match in order. */
const neededShare = 0.65
/** Of an answer, the newest words count: older ones have left the room. */
const keptWords = 120

/** Whether `heard` is what we just `said`, come back through somebody's microphone. */
export function isEcho(heard: string, said: string): boolean {
  const words = spokenWords(heard)
  if (words.length === 0) return false
  const ours = spokenWords(said).slice(-keptWords)
  if (words.length < 3) return ` ${ours.join(' ')} `.includes(` ${words.join(' ')} `)
  return longestInOrder(words, ours) >= words.length * neededShare
}

/** Length of the longest common subsequence within a stretch of `ours` not much longer than `words`. */
function longestInOrder(words: readonly string[], ours: readonly string[]): number {
  const stretch = Math.ceil(words.length * 1.5)
  let longest = 0
  for (let from = 0; from === 0 || from + words.length <= ours.length; from += words.length)
    longest = Math.max(longest, commonLength(words, ours.slice(from, from + stretch + words.length)))
  return longest
}

function commonLength(one: readonly string[], other: readonly string[]): number {
  let previous = new Uint16Array(other.length + 1)
  for (const word of one) {
    const row = new Uint16Array(other.length + 1)
    for (let at = 0; at < other.length; at += 1)
      row[at + 1] =
        word === other[at] ? (previous[at] ?? 0) + 1 : Math.max(previous[at + 1] ?? 0, row[at] ?? 0)
    previous = row
  }
  return previous.at(-1) ?? 0
}

import { spokenWords } from './spoken-words.ts'

export interface Utterance {
  readonly text: string
  readonly startedAtMs: number
  readonly speakerId: string
}

/** Who is in the room besides the speaker, and what the companion said last. */
export interface RoomTalk {
  /** The companion's names, as written and as recognisers spell them. */
  readonly names: readonly string[]
  /** All humans in the room, the speaker included. */
  readonly people: readonly { readonly id: string; readonly displayName: string }[]
  readonly lastAnswer: { readonly toId: string; readonly endedAtMs: number } | undefined
  /** Who spoke last before this utterance. */
  readonly lastSpeakerId: string | undefined
}

export type Address = 'alone' | 'name' | 'reply' | 'question' | 'not-addressed'

const replyWithinMs = 8_000
const companyMs = 30_000

/**
 * Whether an utterance is for the companion. Between several people it answers to its name, to whoever goes on talking
 * to it, and to a question that can hardly be for anybody else; everything else is theirs.
 */
export function addressOf({ text, startedAtMs, speakerId }: Utterance, talk: RoomTalk): Address {
  if (talk.people.length < 2) return 'alone'
  if (namesOneOf(text, talk.names)) return 'name'
  const others = talk.people.filter(({ id }) => id !== speakerId)
  if (others.some(({ displayName }) => namesOneOf(text, [firstName(displayName)]))) return 'not-addressed'
  const { lastAnswer, lastSpeakerId } = talk
  if (lastAnswer === undefined) return 'not-addressed'
  const sinceMs = startedAtMs - lastAnswer.endedAtMs
  const isGoingOn = lastAnswer.toId === speakerId && (lastSpeakerId ?? speakerId) === speakerId
  if (isGoingOn && sinceMs <= replyWithinMs) return 'reply'
  return sinceMs <= companyMs && asksYou(text) ? 'question' : 'not-addressed'
}

/** Second person in a question, in the languages that the companion is at home in. */
const you = new Set(
  'you your yours du dich dir dein deine ihr euch あなた 君 きみ tu te toi ton ta vous votre tú ti tus usted'.split(
    ' ',
  ),
)

function asksYou(text: string): boolean {
  return /[?？]\s*$/u.test(text) && spokenWords(text).some((word) => you.has(word))
}

function firstName(displayName: string): string {
  return spokenWords(displayName)[0] ?? displayName
}

/** Whether one of the names is among the words, also as a recogniser would spell it: `Loomy` or `Lou Mi` for Lumi. */
export function namesOneOf(text: string, names: readonly string[]): boolean {
  const words = spokenWords(text)
  const heard = [...words, ...words.slice(1).map((word, index) => (words[index] ?? '') + word)]
  return names.some((name) => {
    const wanted = spokenWords(name).join('')
    if (wanted === '') return false
    if (!/\p{Script=Latin}/u.test(wanted)) return words.join('').includes(wanted)
    return heard.some((word) => soundsLike(word, wanted))
  })
}

function soundsLike(word: string, name: string): boolean {
  if (word === name) return true
  const [heard, wanted] = [soundOf(word), soundOf(name)]
  if (heard === wanted) return true
  if (wanted.length < 4 || heard[0] !== wanted[0]) return false
  const isShort = wanted.length < 6
  if (isShort && consonantsOf(heard) !== consonantsOf(wanted)) return false
  return distance(heard, wanted) <= (wanted.length < 8 ? 1 : 2)
}

const spellings: readonly (readonly [RegExp, string])[] = [
  [/\p{M}/gu, ''],
  [/ph/g, 'f'],
  [/ck|[cq]/g, 'k'],
  [/z/g, 's'],
  [/oo|ou|ue/g, 'u'],
  [/ee|ea|ie|ey|y/g, 'i'],
  [/(.)\1+/g, '$1'],
  [/(?<=.)h/g, ''],
]

/** A word by its sound, roughly: spellings that recognisers mix up become one. */
function soundOf(word: string): string {
  return spellings.reduce((sound, [from, to]) => sound.replaceAll(from, to), word.normalize('NFD'))
}

const consonantsOf = (sound: string) => sound.replaceAll(/[aeiou]/g, '')

/** Levenshtein's distance. */
function distance(one: string, other: string): number {
  let previous = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row]
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (previous[at - 1] ?? 0) + (one[row - 1] === other[at - 1] ? 0 : 1)
      current.push(Math.min(replaced, (previous[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous[other.length] ?? 0
}

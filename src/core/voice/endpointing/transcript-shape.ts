import { dutch } from './words/dutch.ts'
import { english } from './words/english.ts'
import { german } from './words/german.ts'
import { japaneseEnd, japaneseFillers, japaneseOpen } from './words/japanese.ts'
import type { LanguageWords } from './words/language-words.ts'
import { french, italian, portuguese, spanish } from './words/romance.ts'

/**
 * finished: a whole sentence or a question. unfinished: the grammar, a filler or a comma says that it goes on.
 * doubtful: there is a full stop, but after a word that hardly ends a sentence.
 * unmarked: it could end there, but a recogniser that writes capitals, and so full stops, wrote none. open: the words
 * do not tell.
 */
export type TranscriptShape = 'finished' | 'doubtful' | 'unfinished' | 'unmarked' | 'open'

/** English first: it wins where the words could be of several languages. */
const languages = [english, german, french, spanish, italian, portuguese, dutch]

/** The end of a turn is what matters. */
const maxChars = 400

/** Whether a transcript, as far as it goes, is one that a speaker may stop after. */
export function shapeOf(transcript: string): TranscriptShape {
  const written = transcript.trim().slice(-maxChars).normalize('NFC')
  const text = written.toLowerCase().replaceAll('’', "'")
  if (/(?:\.\.+|…|[-–—,;:、，])["'”»]?$/u.test(text)) return 'unfinished'
  const mark = /([.!?。！？])["'”»)」]*$/u.exec(text)?.[1]
  if (mark === '?' || mark === '？') return 'finished'
  const bare = text.replace(/[\s.!?。！？"'”»)」]+$/u, '')
  if (/[\p{Script=Hiragana}\p{Script=Katakana}]/u.test(bare)) return shapeOfJapanese(bare, mark !== undefined)
  return shapeOfWords(bare, mark !== undefined, writesMarks(written))
}

/** Recognisers without punctuation write in one case only. */
function writesMarks(written: string): boolean {
  return /^\p{Lu}.*\p{Ll}/u.test(written)
}

function shapeOfJapanese(text: string, isMarked: boolean): TranscriptShape {
  if (japaneseFillers.test(text)) return 'unfinished'
  if (japaneseEnd.test(text)) return 'finished'
  if (isMarked) return 'finished'
  return japaneseOpen.test(text) ? 'unfinished' : 'open'
}

function shapeOfWords(text: string, isMarked: boolean, isWithMarks: boolean): TranscriptShape {
  const spoken = text.match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? []
  const last = spoken.at(-1)
  if (last === undefined) return 'open'
  const { fillers, never, seldom, doubted, questions } = languageOf(spoken)
  // A word alone answers a question: "When?", "That".
  if (fillers.has(last) || (spoken.length > 1 && never.has(last))) return 'unfinished'
  // "Yes, I can." and "Here it is." are whole.
  if (isMarked) return spoken.length > 3 && doubted.has(last) ? 'doubtful' : 'finished'
  if (spoken.length > 1 && seldom.has(last)) return 'unfinished'
  if (isWithMarks) return 'unmarked'
  return spoken.length > 2 && questions.has(spoken[0] ?? '') ? 'finished' : 'open'
}

function languageOf(spoken: readonly string[]): LanguageWords {
  const scores = languages.map((language) => spoken.filter((word) => isOf(language, word)).length)
  return languages[scores.indexOf(Math.max(...scores))] ?? english
}

function isOf({ fillers, never, seldom, questions, common }: LanguageWords, word: string): boolean {
  return [fillers, never, seldom, questions, common].some((list) => list.has(word))
}

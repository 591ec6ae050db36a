import type { Mouth } from './expected-mouth.ts'
import type { LabelledSpeech } from './labelled-speech.ts'

export interface MouthGuess {
  /** The strongest vowel, or closed lips where a method knows them. */
  readonly mouth: Mouth
  /** How wide, 0 to 1: below a method's own threshold the mouth counts as closed. */
  readonly strength: number
}

export interface LipMethod {
  readonly name: string
  /** A guess for every frame of every sentence of one voice, in order, as if spoken after one another. */
  guess(sentences: readonly LabelledSpeech[]): MouthGuess[][]
}

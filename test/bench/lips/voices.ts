import { germanTestSentences, testSentences, tuningSentences } from './corpus.ts'
import { speakWithEspeak } from './espeak-speech.ts'
import { speakWithFlite } from './flite-speech.ts'
import type { LabelledSpeech } from './labelled-speech.ts'

export type Speak = (speed?: number) => Promise<LabelledSpeech[]>

/** All that the estimator, its thresholds and its peers' profiles ever see before they are scored. */
export const tuningVoices: readonly Speak[] = [
  (speed) => speakWithFlite('slt', tuningSentences, speed),
  (speed) => speakWithEspeak('en-us', tuningSentences, speed),
]

/** Used for nothing but scoring. */
export const testVoices: readonly Speak[] = [
  () => speakWithFlite('rms', testSentences),
  () => speakWithFlite('awb', testSentences),
  () => speakWithFlite('kal16', testSentences),
  () => speakWithEspeak('en-gb', testSentences),
  () => speakWithEspeak('de', germanTestSentences),
]

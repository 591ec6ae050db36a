// Learns src/core/voice/visemes/vowel-weights.ts from the tuning voices: node test/bench/lips/tune-main.ts
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bandCount, SoundShape } from '#core/voice/visemes/sound-shape.ts'
import { VoiceColour } from '#core/voice/visemes/voice-colour.ts'
import { VowelFeatures } from '#core/voice/visemes/vowel-features.ts'
import { mouths } from './expected-mouth.ts'
import type { LabelledSpeech } from './labelled-speech.ts'
import { type Example, trainSoftmax } from './softmax-regression.ts'
import { tuningVoices } from './voices.ts'

/** Two voices are few: faster and slower they are a child's and a giant's. */
const speeds = [0.78, 0.86, 0.93, 1, 1.08, 1.17, 1.27]
const audibleDbfs = -40

const speech: LabelledSpeech[][] = []
for (const speak of tuningVoices) for (const speed of speeds) speech.push(await speak(speed))

const colour = meanColour(speech.flat())
const weights = trainSoftmax(speech.flatMap(toExamples), mouths.length)
await writeFile(
  join(import.meta.dirname, '../../../src/core/voice/visemes/vowel-weights.ts'),
  [
    '// Learned by test/bench/lips/tune-main.ts; not written by hand.',
    '',
    '/** The mean spectrum of the voices that this was learned from. */',
    `export const customaryColour: readonly number[] = [${toText(colour)}]`,
    '',
    '/** Rows for aa, ih, ou, ee, oh and closed lips: a bias, then the weight of each feature. */',
    `export const vowelWeights = Float64Array.from([${toText(weights)}])`,
    '',
  ].join('\n'),
)
console.log(`learned from ${speech.flat().length} sentences`)

function meanColour(sentences: readonly LabelledSpeech[]): Float64Array {
  const sums = new Float64Array(bandCount)
  let count = 0
  for (const { frames } of sentences) {
    const shape = new SoundShape()
    for (const frame of frames) {
      shape.push(frame)
      if (shape.levelDbfs < audibleDbfs) continue
      count++
      for (const [band, value] of shape.bands.entries()) sums[band] = (sums[band] ?? 0) + value
    }
  }
  return sums.map((sum) => sum / count)
}

/** The sentences of one voice after one another, as in a conversation. */
function toExamples(sentences: readonly LabelledSpeech[]): Example[] {
  const known = new VoiceColour(colour)
  return sentences.flatMap(({ frames, mouths: expected }) => {
    const features = new VowelFeatures(known)
    return frames.flatMap((frame, index) => {
      features.push(frame)
      const mouth = expected[index]
      return mouth ? [{ features: features.values.slice(), label: mouths.indexOf(mouth) }] : []
    })
  })
}

function toText(values: Float64Array): string {
  return Array.from(values, (value) => Number(value.toFixed(3))).join(', ')
}

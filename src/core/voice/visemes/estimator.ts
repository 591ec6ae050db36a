import { levelDbfs } from '../pcm/level.ts'
import { VoiceColour } from './voice-colour.ts'
import { featureCount, VowelFeatures } from './vowel-features.ts'
import { vowelWeights } from './vowel-weights.ts'

export interface VisemeEstimator {
  /** Writes the mouth of the next frame: aa, ih, ou, ee, oh, then the level, 0 to 255 each. */
  estimate(frame: Int16Array, shape: Uint8Array): void
}

/** Below this the mouth is closed; from the second on it is as open as the vowel wants. */
const closedDbfs = -45
const openDbfs = -22
const levelPlace = 5
const vowelCount = 5
const closedClass = 5
/** Lips part this much sooner than the odds say, or soft vowels would be missed. */
const eagerness = 1.6

/**
 * Vowels from the sound of one voice, at the loudness at which the mouth plays it. `colour` may be kept for the next
 * answer of the same voice. Only the two likeliest vowels get a weight: a mixture of all is always something like aa.
 */
export function createVisemeEstimator(colour = new VoiceColour()): VisemeEstimator {
  const features = new VowelFeatures(colour)
  const odds = new Float64Array(vowelCount + 1)
  return {
    estimate(frame, shape) {
      const level = levelDbfs(frame)
      features.push(frame)
      classify(features.values, odds)
      shape.fill(0)
      shape[levelPlace] = 255 * openness(level, -50, -10)
      writeTopTwo(odds, openness(level, closedDbfs, openDbfs), shape)
    },
  }
}

/** Multinomial logistic regression: the odds of the five vowels and of closed lips. */
export function classify(features: Float64Array, odds: Float64Array): void {
  let total = 0
  for (let kind = 0; kind < odds.length; kind++) {
    const row = kind * (featureCount + 1)
    let sum = vowelWeights[row] ?? 0
    for (let index = 0; index < featureCount; index++)
      sum += (vowelWeights[row + 1 + index] ?? 0) * (features[index] ?? 0)
    odds[kind] = Math.exp(sum)
    total += odds[kind] ?? 0
  }
  for (let kind = 0; kind < odds.length; kind++) odds[kind] = (odds[kind] ?? 0) / total
}

function writeTopTwo(odds: Float64Array, open: number, shape: Uint8Array): void {
  let [first, second] = [0, 1]
  if ((odds[1] ?? 0) > (odds[0] ?? 0)) [first, second] = [1, 0]
  for (let vowel = 2; vowel < vowelCount; vowel++)
    if ((odds[vowel] ?? 0) > (odds[first] ?? 0)) [first, second] = [vowel, first]
    else if ((odds[vowel] ?? 0) > (odds[second] ?? 0)) second = vowel
  const both = (odds[first] ?? 0) + (odds[second] ?? 0) + 1e-9
  const strength = 255 * open * Math.min(1, eagerness * (1 - (odds[closedClass] ?? 0)))
  shape[first] = (strength * (odds[first] ?? 0)) / both
  shape[second] = (strength * (odds[second] ?? 0)) / both
}

function openness(level: number, closed: number, open: number): number {
  return Math.min(1, Math.max(0, (level - closed) / (open - closed)))
}

import { frameMs, mouthFrameBytes } from '#core/protocol/stage.ts'
import { createVisemeEstimator } from '../visemes/estimator.ts'
import { FrameMaker } from './frame-maker.ts'
import { Loudness } from './loudness.ts'
import { createSentenceChunker } from './text/sentence-chunker.ts'
import { toSpokenText } from './text/spoken-text.ts'

const sampleRateHz = 24_000
const seconds = 0.5
let isWarm = false

/**
 * Runs the way from text to frames once, unheard: else the first answer of a process waits 50 to 100 ms for data of the
 * sentence segmenter to be loaded and for code to be compiled. Takes that time itself, the first time.
 */
export function warmUpMouth(): void {
  if (isWarm) return
  isWarm = true
  createSentenceChunker().push(toSpokenText('Hello. How are you?'))
  const sound = Int16Array.from({ length: seconds * sampleRateHz }, (_, index) => 8_000 * Math.sin(index / 9))
  const maker = new FrameMaker({ sampleRateHz, loudness: new Loudness() })
  const estimator = createVisemeEstimator()
  const blockSamples = (5 * frameMs * sampleRateHz) / 1_000
  for (let start = 0; start < sound.length; start += blockSamples)
    for (const { samples } of maker.push(sound.subarray(start, start + blockSamples)))
      estimator.estimate(samples, new Uint8Array(mouthFrameBytes))
}

import { mouthFrameBytes } from '#core/protocol/stage.ts'
import { levelDbfs } from '#core/voice/pcm/level.ts'
import { createVisemeEstimator } from '#core/voice/visemes/estimator.ts'
import { VoiceColour } from '#core/voice/visemes/voice-colour.ts'
import { mouths } from './expected-mouth.ts'
import type { LipMethod } from './method.ts'

export const ours: LipMethod = {
  name: 'ours',
  guess(sentences) {
    const colour = new VoiceColour()
    const shape = new Uint8Array(mouthFrameBytes)
    return sentences.map(({ frames }) => {
      const estimator = createVisemeEstimator(colour)
      return frames.map((frame) => {
        estimator.estimate(frame, shape)
        const vowels = shape.subarray(0, 5)
        const strongest = Math.max(...vowels)
        return { mouth: mouths[vowels.indexOf(strongest)] ?? 'closed', strength: strongest / 255 }
      })
    })
  },
}

/** What most overlays do: the louder, the wider `aa`. */
export const loudness: LipMethod = {
  name: 'RMS to aa',
  guess: (sentences) =>
    sentences.map(({ frames }) =>
      frames.map((frame) => ({ mouth: 'aa', strength: Math.max(0, (levelDbfs(frame) + 60) / 60) })),
    ),
}

import { bandCount, SoundShape } from './sound-shape.ts'
import type { VoiceColour } from './voice-colour.ts'

const perFrame = bandCount + 1
/** Those of the frame before, then those of the frame itself: whether a sound begins, stays or ends. */
export const featureCount = 2 * perFrame

/** What vowels are told by, one frame after the other: the bands against the voice's colour, and the level. */
export class VowelFeatures {
  readonly values = new Float64Array(featureCount)
  readonly #shape = new SoundShape()
  readonly #colour: VoiceColour

  constructor(colour: VoiceColour) {
    this.#colour = colour
  }

  push(frame: Int16Array): void {
    const { bands } = this.#shape
    this.#shape.push(frame)
    const { levelDbfs } = this.#shape
    this.#colour.learn(bands, levelDbfs)
    this.values.copyWithin(0, perFrame)
    // Scaled to about the same spread, which the training of the weights likes.
    for (let band = 0; band < bandCount; band++)
      this.values[perFrame + band] = ((bands[band] ?? 0) - (this.#colour.mean[band] ?? 0)) / 2
    this.values[featureCount - 1] = (levelDbfs + 30) / 10
  }
}

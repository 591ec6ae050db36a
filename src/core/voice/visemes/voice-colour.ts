import { bandCount } from './sound-shape.ts'
import { customaryColour } from './vowel-weights.ts'

/** Frames below this say nothing about a voice. */
const quietDbfs = -40
/** How many frames the customary colour weighs as much as, and how many are looked back on: two and six seconds. */
const priorFrames = 50
const memoryFrames = 300

/**
 * The mean spectrum of a voice and its channel, learned as it speaks. What differs from it is the vowel: without this,
 * vowels of one voice are not recognised in another.
 */
export class VoiceColour {
  readonly mean: Float64Array
  #frames = 0

  constructor(customary: ArrayLike<number> = customaryColour) {
    this.mean = Float64Array.from(customary)
  }

  learn(bands: Float64Array, levelDbfs: number): void {
    if (levelDbfs < quietDbfs) return
    this.#frames = Math.min(memoryFrames, this.#frames + 1)
    for (let band = 0; band < bandCount; band++) {
      const mean = this.mean[band] ?? 0
      this.mean[band] = mean + ((bands[band] ?? 0) - mean) / (this.#frames + priorFrames)
    }
  }
}

import { frameSamples } from '#core/voice/frame.ts'
import { createVisemeEstimator, type VisemeEstimator } from '#core/voice/visemes/estimator.ts'
import { mouthFrameBytes } from './mouth-frames.ts'

const silence = 0.002

/** The mouth for sound that this page plays: the newest 20 ms, through the same estimator as on the server. */
export class LiveMouth {
  readonly #estimator: VisemeEstimator = createVisemeEstimator()
  readonly #samples = new Float32Array(frameSamples)
  readonly #frame = new Int16Array(frameSamples)
  readonly #recent = new Float32Array(2_048)
  #source: AnalyserNode | undefined
  #tap: AnalyserNode | undefined

  /**
   * Two frames alike, so that the shape holds until the next picture. Without sound the mouth is as open as the letters
   * that arrive have it, `opening` 0 to 1.
   */
  read(source: AnalyserNode | undefined, opening: number): Uint8Array {
    const frames = new Uint8Array(2 * mouthFrameBytes)
    const shape = frames.subarray(0, mouthFrameBytes)
    if (source && this.#listen(source)) this.#estimator.estimate(this.#frame, shape)
    else {
      shape[0] = 200 * opening
      shape[mouthFrameBytes - 1] = 255 * opening
    }
    frames.copyWithin(mouthFrameBytes, 0)
    return frames
  }

  /** False while nothing is played. */
  #listen(source: AnalyserNode): boolean {
    if (source !== this.#source) {
      this.#source = source
      this.#tap = new AnalyserNode(source.context, { fftSize: this.#recent.length })
      source.connect(this.#tap)
    }
    this.#tap?.getFloatTimeDomainData(this.#recent)
    this.#samples.set(this.#recent.subarray(this.#recent.length - frameSamples))
    let loudest = 0
    for (let index = 0; index < frameSamples; index++) {
      const sample = this.#samples[index] ?? 0
      loudest = Math.max(loudest, Math.abs(sample))
      this.#frame[index] = 32_767 * Math.max(-1, Math.min(1, sample))
    }
    return loudest > silence
  }
}

import { vadRateHz, vadWindowSamples } from '../vad/vad.ts'

export interface SoundWindow {
  readonly samples: Int16Array
  /** When its last sample was spoken. */
  readonly endMs: number
}

/** Cuts 16 kHz sound of any length into windows of the detector's size. */
export class WindowCutter {
  #window = new Int16Array(vadWindowSamples)
  #length = 0

  restart(): void {
    this.#length = 0
  }

  /** `endMs`: when the last of the samples was spoken. */
  *cut(samples: Int16Array, endMs: number): Generator<SoundWindow> {
    for (let at = 0; at < samples.length; ) {
      const piece = samples.subarray(at, at + vadWindowSamples - this.#length)
      this.#window.set(piece, this.#length)
      this.#length += piece.length
      at += piece.length
      if (this.#length < vadWindowSamples) return
      yield { samples: this.#window, endMs: endMs - ((samples.length - at) * 1000) / vadRateHz }
      this.#window = new Int16Array(vadWindowSamples)
      this.#length = 0
    }
  }
}

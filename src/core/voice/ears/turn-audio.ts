import type { Pcm } from '#core/inference/ports.ts'
import { vadRateHz, vadWindowMs, vadWindowSamples } from '../vad/vad.ts'

/** 288 ms before the first word: its soft beginning, which no detector hears. */
const leadInWindows = 9
/** A minute, 2 MB. Of a longer speech the beginning is forgotten. */
const maxWindows = Math.floor(60_000 / vadWindowMs)

/** The sound of the running turn, or of the last moment while there is none. */
export class TurnAudio {
  #windows: Int16Array[] = []

  append(window: Int16Array): void {
    this.#windows.push(window)
    if (this.#windows.length > maxWindows) this.#windows.shift()
  }

  /** Forgets all but the lead-in and the `kept` windows after it. */
  trim(kept: number): void {
    const surplus = this.#windows.length - leadInWindows - kept
    if (surplus > 0) this.#windows.splice(0, surplus)
  }

  clear(): void {
    this.#windows = []
  }

  /** A copy without the last `leftOut` windows. */
  copy(leftOut = 0): Pcm {
    const windows = leftOut > 0 ? this.#windows.slice(0, -leftOut) : this.#windows
    const samples = new Int16Array(windows.length * vadWindowSamples)
    for (const [index, window] of windows.entries()) samples.set(window, index * vadWindowSamples)
    return { samples, sampleRateHz: vadRateHz }
  }
}

import { frameMs } from '#core/protocol/stage.ts'
import type { VoiceClock } from '#core/voice/clock.ts'
import type { AudioOut } from '#core/voice/playout/audio-out.ts'
import { Lateness } from '#core/voice/playout/lateness.ts'

/** Passes frames on and notes how evenly they come. */
export class FrameWatch implements AudioOut {
  readonly #out: AudioOut
  readonly #clock: VoiceClock
  readonly #strays = new Lateness()
  #lastMs: number | undefined

  constructor(out: AudioOut, clock: VoiceClock) {
    this.#out = out
    this.#clock = clock
  }

  /** When the last frame was heard, if any was. */
  get lastFrameMs(): number | undefined {
    return this.#lastFrameMs
  }
  #lastFrameMs: number | undefined

  play(frame: Int16Array): void {
    const now = this.#clock.now()
    if (this.#lastMs !== undefined) this.#strays.add(Math.abs(now - this.#lastMs - frameMs))
    this.#lastMs = now
    this.#lastFrameMs = now
    this.#out.play(frame)
  }

  rest(): void {
    this.#lastMs = undefined
    this.#out.rest()
  }

  /** The 99th percentile since the last call. */
  takeJitterMs(): number {
    const jitterMs = this.#strays.percentileMs(0.99)
    this.#strays.reset()
    return jitterMs
  }
}

import { levelDbfs } from '../pcm/level.ts'
import type { Vad, VadStream } from '../vad/vad.ts'
import { nothingDbfs, type SpeechGate } from './speech-gate.ts'
import type { HeardWindow } from './turn-tracker.ts'
import type { SoundWindow } from './window-cutter.ts'

/** 3 s. When the detector is further behind, the oldest windows are dropped unheard. */
const maxWaiting = 94
/** After so many windows of nothing the model is not asked any more. */
const settledAfter = 10

export interface WindowJudgeOptions {
  readonly vad: Vad
  readonly gate: SpeechGate
  readonly onHeard: (window: HeardWindow) => void
  readonly onFailed: (error: unknown) => void
}

/** Asks the detector about window after window, in order, without holding up whoever brings them. */
export class WindowJudge {
  readonly #options: WindowJudgeOptions
  readonly #stream: VadStream
  readonly #waiting: SoundWindow[] = []
  #isWorking = false
  #isStopped = false
  #nothingCount = 0
  droppedCount = 0

  constructor(options: WindowJudgeOptions) {
    this.#options = options
    this.#stream = options.vad.open()
  }

  /** Whether everything that came has been heard. */
  get isIdle(): boolean {
    return !this.#isWorking
  }

  push(window: SoundWindow): void {
    if (this.#isStopped) return
    this.#waiting.push(window)
    if (this.#waiting.length > maxWaiting) {
      this.#waiting.shift()
      this.droppedCount += 1
    }
    if (!this.#isWorking) void this.#work()
  }

  stop(): void {
    this.#isStopped = true
    this.#waiting.length = 0
  }

  async #work(): Promise<void> {
    this.#isWorking = true
    try {
      for (let window = this.#waiting.shift(); window; window = this.#waiting.shift()) {
        const levelDb = levelDbfs(window.samples)
        const probability = await this.#probabilityOf(window.samples, levelDb)
        if (this.#isStopped) return
        // The last window of a batch may end a turn: by then nothing waits any more.
        this.#isWorking = this.#waiting.length > 0
        const isSpeech = this.#options.gate.judge(probability, levelDb)
        this.#options.onHeard({ ...window, probability, isSpeech })
      }
    } catch (error) {
      if (!this.#isStopped) this.#options.onFailed(error)
    } finally {
      this.#isWorking = false
    }
  }

  async #probabilityOf(samples: Int16Array, levelDb: number): Promise<number> {
    this.#nothingCount = levelDb > nothingDbfs ? 0 : this.#nothingCount + 1
    if (this.#nothingCount < settledAfter) return this.#stream.push(samples)
    this.#stream.reset()
    return 0
  }
}

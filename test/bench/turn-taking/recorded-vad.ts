import type { Vad, VadStream } from '#core/voice/vad/vad.ts'

/**
 * Remembers what the real detector said of each window of each lane, so that other settings are tried on the same
 * sound without computing it again; and knows when nothing is being computed.
 */
export class RecordedVad implements Vad {
  readonly #vad: Vad
  readonly #recordings: number[][] = []
  readonly #pending = new Set<Promise<number>>()
  #openedCount = 0

  constructor(vad: Vad) {
    this.#vad = vad
  }

  get engineName(): string | undefined {
    return this.#vad.engineName
  }

  /** Lanes are opened in the same order for each run. */
  startRun(): void {
    this.#openedCount = 0
  }

  open(): VadStream {
    const recording = this.#recordings[this.#openedCount] ?? []
    this.#recordings[this.#openedCount] = recording
    this.#openedCount += 1
    const stream = this.#vad.open()
    let at = 0
    return {
      push: (window) => {
        const answer = this.#track(
          at < recording.length
            ? Promise.resolve(recording[at] ?? 0)
            : remember(stream.push(window), recording),
        )
        at += 1
        return answer
      },
      reset: () => stream.reset(),
    }
  }

  async settle(): Promise<void> {
    while (this.#pending.size > 0) await Promise.allSettled(this.#pending)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#vad[Symbol.asyncDispose]()
  }

  #track(answer: Promise<number>): Promise<number> {
    this.#pending.add(answer)
    void answer.catch(() => undefined).finally(() => this.#pending.delete(answer))
    return answer
  }
}

async function remember(answer: Promise<number>, recording: number[]): Promise<number> {
  const probability = await answer
  recording.push(probability)
  return probability
}

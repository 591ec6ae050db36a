import type { Pcm } from '#core/inference/ports.ts'
import type { LaneEvent, SpeakerLane, TranscriptHint } from '#core/voice/ears/speaker-lane.ts'

/** Ears that hear what a test says they heard. */
export class ScriptedLane implements SpeakerLane {
  readonly hints: TranscriptHint[] = []
  readonly playing: boolean[] = []
  isOpen = true
  readonly #events: LaneEvent[] = []
  #wake: (() => void) | undefined

  emit(event: LaneEvent): void {
    this.#events.push(event)
    this.#wake?.()
  }

  push(): void {}

  hint(transcript: TranscriptHint): void {
    this.hints.push(transcript)
  }

  setPlaying(isPlaying: boolean): void {
    this.playing.push(isPlaying)
  }

  get events(): AsyncIterable<LaneEvent> {
    return this.#read()
  }

  [Symbol.dispose](): void {
    this.isOpen = false
    this.#wake?.()
  }

  async *#read(): AsyncGenerator<LaneEvent> {
    while (this.isOpen) {
      const event = this.#events.shift()
      if (event) yield event
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
    }
  }
}

/** Sound whose words a scripted recogniser knows by its length. */
export function soundOf(speechMs: number): Pcm {
  return { samples: new Int16Array(speechMs * 16), sampleRateHz: 16_000 }
}

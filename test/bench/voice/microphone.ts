import { setTimeout as sleep } from 'node:timers/promises'

const frameSamples = 960
const frameMs = 20

interface Saying {
  readonly sound: Int16Array
  at: number
  readonly begun: PromiseWithResolvers<number>
  readonly over: PromiseWithResolvers<void>
}

/** One person's microphone at 48 kHz: room noise always, and now and then a sound over it. */
export class Microphone {
  readonly #noise: Int16Array
  readonly #give: (samples: Int16Array, atMs: number) => void
  #noiseAt = 0
  #saying: Saying | undefined

  constructor(noise: Int16Array, give: (samples: Int16Array, atMs: number) => void) {
    this.#noise = noise
    this.#give = give
  }

  /** Resolves when the sound is over, with the time at which it began. */
  async say(sound: Int16Array): Promise<number> {
    const saying = {
      sound,
      at: 0,
      begun: Promise.withResolvers<number>(),
      over: Promise.withResolvers<void>(),
    }
    this.#saying = saying
    const begunMs = await saying.begun.promise
    await saying.over.promise
    return begunMs
  }

  /** What sounded in the 20 ms before `atMs`. */
  tick(atMs: number): void {
    const frame = this.#noise.slice(this.#noiseAt, this.#noiseAt + frameSamples)
    this.#noiseAt = (this.#noiseAt + frameSamples) % this.#noise.length
    const saying = this.#saying
    if (saying) this.#mix(saying, frame, atMs)
    this.#give(frame, atMs)
  }

  #mix(saying: Saying, frame: Int16Array, atMs: number): void {
    if (saying.at === 0) saying.begun.resolve(atMs - frameMs)
    for (let index = 0; index < frame.length; index += 1)
      frame[index] = (frame[index] ?? 0) + (saying.sound[saying.at + index] ?? 0)
    saying.at += frame.length
    if (saying.at < saying.sound.length) return
    this.#saying = undefined
    saying.over.resolve()
  }
}

/** Ticks all microphones every 20 ms on absolute deadlines, each at its own moment within them. */
export async function pumpMicrophones(
  microphones: readonly Microphone[],
  signal: AbortSignal,
): Promise<void> {
  const startMs = performance.now()
  for (let tick = 1; !signal.aborted; tick += 1) {
    const dueMs = startMs + tick * frameMs
    const waitMs = dueMs - performance.now()
    if (waitMs > 0) await sleep(waitMs)
    for (const microphone of microphones) microphone.tick(dueMs)
  }
}

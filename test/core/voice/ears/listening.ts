import { createSpeakerLane, type SpeakerLaneOptions } from '#core/voice/ears/open-speaker-lane.ts'
import type { LaneEvent, SpeakerLane } from '#core/voice/ears/speaker-lane.ts'
import { createAcousticEndpointing } from '#core/voice/endpointing/acoustic.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { LoudnessVad } from './loudness-vad.ts'

const frameMs = 20

/** One lane on a virtual clock, with somebody who makes tones for words. */
export class Listening {
  readonly clock: VirtualClock
  readonly vad: LoudnessVad
  readonly stop = new AbortController()
  readonly lane: SpeakerLane
  readonly events: LaneEvent[] = []
  readonly ended: Promise<void>
  readonly #rateHz: number

  constructor(
    options: Partial<SpeakerLaneOptions> & { clock?: VirtualClock; vad?: LoudnessVad } = {},
    onEvent: (event: LaneEvent) => void = () => undefined,
  ) {
    this.clock = options.clock ?? new VirtualClock()
    this.vad = options.vad ?? new LoudnessVad()
    this.#rateHz = options.sampleRateHz ?? 16_000
    this.lane = createSpeakerLane({
      sampleRateHz: 16_000,
      endpointing: createAcousticEndpointing(300),
      signal: this.stop.signal,
      ...options,
      clock: this.clock,
      vad: this.vad,
    })
    this.ended = this.#listen(onEvent)
    // Whoever tests a failure awaits it.
    this.ended.catch(() => undefined)
  }

  get types(): string[] {
    return this.events.map(({ type }) => type).filter((type) => type !== 'speech-continues')
  }

  get turns(): Extract<LaneEvent, { type: 'turn-end' }>[] {
    return this.events.filter((event) => event.type === 'turn-end')
  }

  /** A tone in frames of 20 ms as they would arrive, in loud and soft syllables of 100 ms. */
  async speak(ms: number, hz = 440): Promise<void> {
    await this.#send(ms, (at) => syllable(at, hz, this.#rateHz))
  }

  /** Frames of silence. */
  async silence(ms: number): Promise<void> {
    await this.#send(ms, () => 0)
  }

  /** No frames at all. */
  async nothing(ms: number): Promise<void> {
    await this.clock.advance(ms)
  }

  async #send(ms: number, sampleAt: (index: number) => number): Promise<void> {
    const length = (frameMs * this.#rateHz) / 1000
    for (let sentMs = 0; sentMs < ms; sentMs += frameMs) {
      await this.clock.advance(frameMs)
      const start = (sentMs / frameMs) * length
      this.lane.push(
        Int16Array.from({ length }, (_, at) => sampleAt(start + at)),
        this.clock.now(),
      )
      await this.clock.settle()
    }
  }

  async #listen(onEvent: (event: LaneEvent) => void): Promise<void> {
    for await (const event of this.lane.events) {
      this.events.push(event)
      onEvent(event)
    }
  }
}

export function syllable(at: number, hz: number, rateHz: number): number {
  const peak = Math.floor((at * 10) / rateHz) % 2 === 0 ? 16_000 : 6_000
  return Math.round(peak * Math.sin((2 * Math.PI * hz * at) / rateHz))
}

/** From the first sample that is not silent to the last. */
export function voiced(samples: Int16Array): Int16Array {
  const isHeard = (sample: number) => Math.abs(sample) > 10
  return samples.slice(samples.findIndex(isHeard), samples.findLastIndex(isHeard) + 1)
}

/** How much of the sound is the tone of that pitch, 0 to 1. */
export function toneShare(samples: Int16Array, hz: number, rateHz = 16_000): number {
  let [real, imaginary, power] = [0, 0, 0]
  for (const [at, sample] of samples.entries()) {
    const phase = (2 * Math.PI * hz * at) / rateHz
    real += sample * Math.cos(phase)
    imaginary += sample * Math.sin(phase)
    power += sample * sample
  }
  return (2 * (real * real + imaginary * imaginary)) / (samples.length * Math.max(1, power))
}

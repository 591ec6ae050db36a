import { setImmediate as nextRound } from 'node:timers/promises'
import { createSpeakerLane } from '#core/voice/ears/open-speaker-lane.ts'
import type { LaneEvent, SpeakerLane } from '#core/voice/ears/speaker-lane.ts'
import type { Endpointing } from '#core/voice/endpointing/endpointing.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { seededRandom } from './random.ts'
import { type RecogniserKind, transcribe } from './recogniser.ts'
import type { RecordedVad } from './recorded-vad.ts'
import { heardRateHz, type SpeakerScript } from './speaker-script.ts'

/** First token 150 ms after the turn is sent, the first sentence 100 ms later, its first sound 120 ms after that. */
export const replyDelayMs = 370
const replyLengthMs = 1_500
const frameMs = 20

/** A turn that was sent. Times are from the start of the recording. */
export interface SentTurn {
  readonly atMs: number
  readonly speechEndMs: number
  readonly speechMs: number
  /** When it was taken back; after `replyDelayMs` that is too late. */
  withdrawnAtMs: number | undefined
}

export interface SpeakerOutcome {
  readonly turns: readonly SentTurn[]
  readonly speechStartsMs: readonly number[]
}

export interface RunOptions {
  readonly scripts: readonly SpeakerScript[]
  readonly vad: RecordedVad
  readonly endpointing: Endpointing
  readonly recogniser: RecogniserKind
}

/** All speakers at once on a virtual clock, each on a lane of their own, as fast as the detector computes. */
export async function simulate(options: RunOptions): Promise<SpeakerOutcome[]> {
  const clock = new VirtualClock()
  const stop = new AbortController()
  options.vad.startRun()
  const { endpointing } = options
  const seats = options.scripts.map(
    (script, index) => new Seat(script, index, options, endpointing, clock, stop.signal),
  )
  const endMs = Math.max(...options.scripts.map(({ sound }) => (sound.length * 1000) / heardRateHz))
  for (let atMs = 0; atMs < endMs; atMs += frameMs) {
    await clock.advance(frameMs)
    for (const seat of seats) seat.push(atMs)
    await options.vad.settle()
    await nextRound()
  }
  stop.abort()
  await Promise.all(seats.map((seat) => seat.finished))
  return seats
}

/** One speaker: microphone, lane, recogniser, and our voice that answers. */
class Seat implements SpeakerOutcome {
  readonly turns: SentTurn[] = []
  readonly speechStartsMs: number[] = []
  readonly finished: Promise<void>
  readonly #script: SpeakerScript
  readonly #recogniser: RecogniserKind
  readonly #clock: VirtualClock
  readonly #startMs: number
  readonly #lane: SpeakerLane
  readonly #random: () => number
  #answer: Disposable | undefined
  #reply: Disposable | undefined

  constructor(
    script: SpeakerScript,
    index: number,
    options: RunOptions,
    endpointing: Endpointing,
    clock: VirtualClock,
    signal: AbortSignal,
  ) {
    this.#script = script
    this.#recogniser = options.recogniser
    this.#clock = clock
    this.#startMs = clock.now()
    this.#random = seededRandom(100 + index)
    this.#lane = createSpeakerLane({
      sampleRateHz: heardRateHz,
      vad: options.vad,
      endpointing,
      clock,
      signal,
    })
    this.finished = this.#listen()
  }

  push(atMs: number): void {
    const at = (atMs * heardRateHz) / 1000
    const frame = this.#script.sound.subarray(at, at + (frameMs * heardRateHz) / 1000)
    if (frame.length > 0) this.#lane.push(frame, this.#clock.now())
  }

  get #nowMs(): number {
    return this.#clock.now() - this.#startMs
  }

  async #listen(): Promise<void> {
    for await (const event of this.#lane.events) this.#hear(event)
  }

  #hear(event: LaneEvent): void {
    if (event.type === 'pause') this.#recognise(event.speechEndMs - this.#startMs, event.atMs - this.#startMs)
    if (event.type === 'speech-start' || event.type === 'resume' || event.type === 'reopened')
      this.#goOn(event.type)
    if (event.type !== 'turn-end') return
    this.turns.push({
      atMs: event.atMs - this.#startMs,
      speechEndMs: event.speechEndMs - this.#startMs,
      speechMs: event.speechMs,
      withdrawnAtMs: undefined,
    })
    this.#reply = this.#clock.setTimer(event.atMs + replyDelayMs, () => this.#speak())
  }

  #goOn(type: LaneEvent['type']): void {
    this.#answer?.[Symbol.dispose]()
    this.#reply?.[Symbol.dispose]()
    this.#lane.setPlaying(false)
    if (type === 'speech-start') this.speechStartsMs.push(this.#nowMs)
    const last = this.turns.at(-1)
    if (type === 'reopened' && last) last.withdrawnAtMs = this.#nowMs
  }

  #speak(): void {
    this.#lane.setPlaying(true)
    this.#reply = this.#clock.setTimer(this.#clock.now() + replyLengthMs, () => this.#lane.setPlaying(false))
  }

  /** The sound that the recogniser gets ends at `soundEndMs`. */
  #recognise(speechEndMs: number, soundEndMs: number): void {
    const kind = this.#recogniser
    const [delayMs, chance] = [100 + 50 * this.#random(), this.#random()]
    if (kind === 'none') return
    const utterance = this.#script.utterances.find(
      ({ startMs, endMs }) => speechEndMs > startMs && speechEndMs < endMs + 500,
    )
    const text = transcribe(kind, utterance, soundEndMs, chance)
    this.#answer = this.#clock.setTimer(this.#clock.now() + delayMs, () =>
      this.#lane.hint({ text, isFinal: true }),
    )
  }
}

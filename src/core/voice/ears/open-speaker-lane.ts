import type { VoiceClock } from '../clock.ts'
import type { Endpointing } from '../endpointing/endpointing.ts'
import { createResampler } from '../pcm/resampler.ts'
import { type Vad, vadRateHz } from '../vad/vad.ts'
import { GapRestorer } from './gap-restorer.ts'
import { LaneEventQueue } from './lane-event-queue.ts'
import type { HeardSpeech, LaneEvent, SpeakerLane, TranscriptHint } from './speaker-lane.ts'
import { defaultSpeechGate, SpeechGate, type SpeechGateSettings } from './speech-gate.ts'
import { defaultTurnTimes, type HeardWindow, type TurnTimes, TurnTracker } from './turn-tracker.ts'
import { WindowCutter } from './window-cutter.ts'
import { WindowJudge } from './window-judge.ts'

export interface SpeakerLaneOptions {
  /** Of what is pushed. */
  readonly sampleRateHz: number
  readonly vad: Vad
  readonly endpointing: Endpointing
  readonly clock: VoiceClock
  readonly signal: AbortSignal
  readonly gate?: Partial<SpeechGateSettings>
  readonly times?: Partial<TurnTimes>
}

/** When nothing has come for so long, the lane rests until something does: a silent speaker costs nothing. */
const restAfterMs = 4_000

/** A timer that rings so much too late means that the whole process was late. */
const heldUpMs = 30
const wakeMs = 40

export function createSpeakerLane(options: SpeakerLaneOptions): SpeakerLane {
  return new Lane(options)
}

/** gaps restored → 16 kHz → windows → speech or not → turns. */
class Lane implements SpeakerLane {
  readonly events = new LaneEventQueue()
  readonly #options: SpeakerLaneOptions
  readonly #gaps: GapRestorer
  readonly #cutter = new WindowCutter()
  readonly #gate: SpeechGate
  readonly #judge: WindowJudge
  readonly #tracker: TurnTracker
  readonly #ended = new AbortController()
  readonly #dispose = () => this[Symbol.dispose]()
  #timer: Disposable | undefined
  #wakeMs = 0
  #receivedAtMs = 0

  constructor(options: SpeakerLaneOptions) {
    this.#options = options
    const resampler = createResampler(options.sampleRateHz, vadRateHz)
    this.#gaps = new GapRestorer(options.sampleRateHz, (samples) => this.#cut(resampler.push(samples)))
    this.#gate = new SpeechGate({ ...defaultSpeechGate, ...options.gate })
    this.#tracker = new TurnTracker({
      endpointing: options.endpointing.open(),
      times: { ...defaultTurnTimes, ...options.times },
      now: () => options.clock.now(),
      emit: (event) => this.#emit(event),
    })
    this.#judge = new WindowJudge({
      vad: options.vad,
      gate: this.#gate,
      onHeard: (window) => this.#hear(window),
      onFailed: (error) => this.#end({ error }),
    })
    if (options.signal.aborted) this.#end()
    else options.signal.addEventListener('abort', this.#dispose, { once: true })
  }

  push(samples: Int16Array, receivedAtMs: number): void {
    if (this.#ended.signal.aborted) return
    this.#receivedAtMs = receivedAtMs
    this.#forgiveDelay(receivedAtMs)
    this.#gaps.push(samples, receivedAtMs)
    this.#wakeAt(receivedAtMs + wakeMs)
  }

  hint(transcript: TranscriptHint): void {
    if (this.#ended.signal.aborted) return
    // Behind with hearing, it would end a turn that may be going on.
    this.#tracker.hint(transcript)
    this.#wakeForTurn()
  }

  setPlaying(isPlaying: boolean): void {
    this.#gate.isPlaying = isPlaying
    this.#tracker.isPlaying = isPlaying
  }

  [Symbol.dispose](): void {
    this.#end()
  }

  #cut(samples: Int16Array): void {
    for (const window of this.#cutter.cut(samples, this.#gaps.endMs ?? this.#receivedAtMs))
      this.#judge.push(window)
  }

  #hear(window: HeardWindow): void {
    this.#tracker.hear(window)
    this.#wakeForTurn()
  }

  #emit(event: LaneEvent): void {
    this.events.push(event)
    const { judge } = this.#options.endpointing
    if (event.type === 'pause' && judge) void this.#ask(judge, event)
  }

  async #ask(judge: NonNullable<Endpointing['judge']>, pause: HeardSpeech): Promise<void> {
    const probability = await judge(pause.audio, this.#ended.signal).catch(() => undefined)
    if (probability !== undefined && !this.#ended.signal.aborted)
      this.#tracker.judge(pause.speechEndMs, probability)
  }

  #wakeForTurn(): void {
    if (this.#tracker.deadlineMs !== undefined) this.#wakeAt(this.#tracker.deadlineMs)
  }

  /** One timer, at the earliest of what is wanted. */
  #wakeAt(atMs: number): void {
    if (this.#ended.signal.aborted || (this.#timer && this.#wakeMs <= atMs)) return
    this.#timer?.[Symbol.dispose]()
    this.#wakeMs = atMs
    this.#timer = this.#options.clock.setTimer(atMs, () => this.#wake())
  }

  #wake(): void {
    const nowMs = this.#options.clock.now()
    this.#forgiveDelay(nowMs)
    this.#timer = undefined
    if (nowMs - this.#receivedAtMs > restAfterMs) this.#rest()
    else this.#wakeAt(this.#gaps.pass(nowMs))
    if (this.#judge.isIdle) this.#tracker.check()
    const deadlineMs = this.#tracker.deadlineMs
    // What is due and was not done waits for the detector, which ends it.
    if (deadlineMs !== undefined && deadlineMs > nowMs) this.#wakeAt(deadlineMs)
  }

  /** When the process itself was held up, sound waits to be pushed: silence must not get in before it. */
  #forgiveDelay(nowMs: number): void {
    if (this.#timer && nowMs - this.#wakeMs > heldUpMs) this.#gaps.skip(nowMs)
  }

  #rest(): void {
    this.#gaps.restart()
    this.#cutter.restart()
    this.#gate.reset()
  }

  #end(end: { readonly error?: unknown } = {}): void {
    this.#options.signal.removeEventListener('abort', this.#dispose)
    this.#ended.abort()
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    this.#judge.stop()
    this.events.close(end)
  }
}

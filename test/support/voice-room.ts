import type { TurnEnd } from '#core/chat/run-turn.ts'
import type { Transcriber } from '#core/inference/ports.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { openSession } from '#core/voice/session/open-session.ts'
import type {
  HeardTurn,
  SessionOptions,
  SpeakerInput,
  VoiceRequest,
  VoiceSession,
} from '#core/voice/session/session-ports.ts'
import type { VoiceSettings } from '#core/voice/session/settings.ts'
import type { TurnReport } from '#core/voice/session/turn-report.ts'
import { VirtualClock } from './virtual-clock.ts'
import { ScriptedLane, soundOf } from './voice-lane.ts'
import { scriptedRecogniser, scriptedVoice, tokensOf } from './voice-services.ts'

/** A person in the room whose ears-events the test writes, at the pace of the virtual clock. */
export class RoomPerson {
  readonly lane = new ScriptedLane()
  input: SpeakerInput | undefined
  readonly #clock: VirtualClock
  #speechMs = 0
  #speechEndMs = 0

  constructor(clock: VirtualClock) {
    this.#clock = clock
  }

  /** Makes speech-like sound for so long, as the ears tell of it: 64 ms late, then every 96 ms. */
  async speak(ms: number, beginning: 'speech-start' | 'resume' | 'reopened' = 'speech-start'): Promise<void> {
    const speechStartMs = this.#clock.now()
    await this.#clock.advance(64)
    const atMs = this.#clock.now()
    if (beginning === 'speech-start') {
      this.#speechMs = 0
      this.lane.emit({ type: beginning, atMs, speechStartMs })
    } else this.lane.emit({ type: beginning, atMs })
    const before = this.#speechMs
    for (let passed = 160; passed < ms; passed += 96) {
      await this.#clock.advance(96)
      const speechMs = before + passed
      this.lane.emit({ type: 'speech-continues', atMs: this.#clock.now(), speechMs })
    }
    await this.#clock.advance(Math.max(0, speechStartMs + ms - this.#clock.now()))
    this.#speechMs = before + ms
    this.#speechEndMs = this.#clock.now()
  }

  /** Is silent until the ears take it for a pause. */
  async pause(): Promise<void> {
    await this.#clock.advance(120)
    this.lane.emit({ type: 'pause', ...this.#heard() })
    await this.#clock.settle()
  }

  /** A last breath after the pause that the ears do not take for speech again, but that is part of the turn. */
  async trail(ms: number): Promise<void> {
    await this.#clock.advance(ms)
    this.#speechEndMs = this.#clock.now()
  }

  /** Is silent until so long after the last word, when the ears take it for the end. */
  async finish(silenceMs = 300): Promise<void> {
    await this.#clock.advance(Math.max(0, this.#speechEndMs + silenceMs - this.#clock.now()))
    this.lane.emit({ type: 'turn-end', ...this.#heard() })
    await this.#clock.settle()
  }

  /** Says one thing from beginning to end. */
  async say(ms = 1_000): Promise<void> {
    await this.speak(ms)
    await this.pause()
    await this.finish()
  }

  #heard() {
    const speechMs = this.#speechMs
    return { atMs: this.#clock.now(), speechEndMs: this.#speechEndMs, speechMs, audio: soundOf(speechMs) }
  }
}

export interface VoiceRoomOptions {
  readonly settings?: Partial<VoiceSettings>
  readonly session?: Partial<SessionOptions>
  /** In place of the scripted one. */
  readonly transcriber?: Transcriber | undefined
}

/** A session on a virtual clock, with scripted ears, recogniser, model and voice, and all that came out of it. */
export class VoiceRoom implements AsyncDisposable {
  readonly clock = new VirtualClock()
  readonly recogniser = scriptedRecogniser(this.clock, 'What is the weather like?')
  readonly voice = scriptedVoice(this.clock)
  readonly requests: VoiceRequest[] = []
  readonly heard: HeardTurn[] = []
  readonly reports: TurnReport[] = []
  readonly notices: string[] = []
  readonly stage: StageEvent[] = []
  /** When each frame was heard. */
  readonly frames: number[] = []
  onFrame: (frame: Int16Array) => void = () => undefined
  /** What the model says, asked at each turn. */
  answer = 'It is sunny outside today. Take your hat with you, please.'
  openAnswers = 0
  end: Partial<TurnEnd> = {}
  readonly session: VoiceSession
  readonly #closing = new AbortController()

  constructor({ settings, session, transcriber }: VoiceRoomOptions = {}) {
    const lanes: ScriptedLane[] = []
    this.#lanes = lanes
    this.session = openSession({
      id: 'room',
      place: { kind: 'guild', id: 'voice channel' },
      inference: { transcriber: transcriber ?? this.recogniser, synthesizer: this.voice },
      openLane: () => lanes.shift() ?? new ScriptedLane(),
      out: { play: (frame) => this.#heard(frame), rest: () => undefined },
      clock: this.clock,
      takeTurn: (request, signal) => this.#answerTo(request, signal),
      onHeard: (turn) => void this.heard.push(turn),
      onStage: (event) => this.stage.push(event),
      onTurn: (report) => this.reports.push(report),
      onNotice: (sentence) => this.notices.push(sentence),
      logger: createLogger({ level: 'error' }),
      signal: this.#closing.signal,
      ...(settings ? { settings } : {}),
      ...session,
    })
  }
  readonly #lanes: ScriptedLane[]

  join(displayName: string): RoomPerson {
    const person = new RoomPerson(this.clock)
    this.#lanes.push(person.lane)
    person.input = this.session.join({ id: displayName.toLowerCase(), displayName })
    return person
  }

  #heard(frame: Int16Array): void {
    this.frames.push(this.clock.now())
    this.onFrame(frame)
  }

  get lastFrameMs(): number {
    return this.frames.at(-1) ?? Number.NaN
  }

  async *#answerTo(request: VoiceRequest, signal: AbortSignal) {
    this.requests.push(request)
    this.openAnswers += 1
    let text = ''
    try {
      for await (const chunk of tokensOf(this.clock, this.answer, signal)) {
        if (chunk.type !== 'text') continue
        text += chunk.text
        yield chunk
      }
      yield {
        type: 'end',
        status: 'complete',
        text,
        usage: {},
        timings: { totalMs: 0 },
        ...this.end,
      } as const
    } finally {
      this.openAnswers -= 1
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort()
    const closed = this.session[Symbol.asyncDispose]()
    await this.clock.advance(0)
    await closed
  }
}

import type { TurnEvent } from '#core/chat/run-turn.ts'
import type { Inference } from '#core/inference/ports.ts'
import type { StreamingTranscriber } from '#core/inference/streaming-transcriber.ts'
import type { Place } from '#core/protocol/chat.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { VoiceClock } from '#core/voice/clock.ts'
import type { SpeakerLane } from '#core/voice/ears/speaker-lane.ts'
import type { AudioOut } from '#core/voice/playout/audio-out.ts'
import type { VoiceSettings } from './settings.ts'
import type { TurnReport } from './turn-report.ts'

/** A human in the room. `displayName` is whatever the person typed: data, never instructions. */
export interface Person {
  readonly id: string
  readonly displayName: string
}

/** What a person said, to be answered. */
export interface VoiceRequest {
  readonly turnId: string
  readonly person: Person
  readonly place: Place
  readonly text: string
  /** What the recogniser took the language to be. */
  readonly locale?: string
  /** When the person began to speak, in milliseconds since the epoch. */
  readonly at: number
}

/** How a transcript becomes an answer. Called for guesses, too: nothing may be stored before `onHeard`. */
export type TakeTurn = (request: VoiceRequest, signal: AbortSignal) => AsyncIterable<TurnEvent>

/** How a turn ended, for the record. */
export interface HeardTurn {
  readonly request: VoiceRequest
  /** `quiet`: it was said to somebody else; whether it is kept is the caller's choice. */
  readonly status: 'played' | 'cut' | 'failed' | 'quiet'
  /** What people heard of the answer: this, and nothing else, belongs into the history. */
  readonly heardText: string
  /** The answer as far as it was made, for showing it in writing when it could not be spoken. */
  readonly answerText: string
  /** What to tell people when the answer is not complete. */
  readonly notice?: string
}

export interface LaneOptions extends Pick<VoiceSettings, 'inputRateHz' | 'pauseMs'> {
  readonly signal: AbortSignal
}

export interface SessionOptions {
  readonly id: string
  readonly place: Place
  readonly inference: Pick<Inference, 'transcriber' | 'synthesizer'>
  /** Used instead of `inference.transcriber` while it is available. */
  readonly streamingTranscriber?: StreamingTranscriber | undefined
  /** How a person's sound becomes turns; a new lane for everybody who joins. */
  readonly openLane: (options: LaneOptions) => SpeakerLane
  readonly out: AudioOut
  readonly clock: VoiceClock
  readonly takeTurn: TakeTurn
  /** Awaited before the session closes; the next turn may begin meanwhile. */
  readonly onHeard?: (turn: HeardTurn) => void | Promise<void>
  readonly onStage: (event: StageEvent) => void
  readonly onTurn: (report: TurnReport) => void
  /** A plain sentence for people, once per outage. */
  readonly onNotice: (sentence: string) => void
  readonly settings?: Partial<VoiceSettings>
  readonly logger: Logger
  readonly signal: AbortSignal
}

/** What one person's microphone gives; disposing it means that the person left. */
export interface SpeakerInput extends Disposable {
  /** Mono 16-bit PCM at `settings.inputRateHz`, any length. */
  push(samples: Int16Array, receivedAtMs: number): void
}

export interface VoiceSession extends AsyncDisposable {
  join(person: Person): SpeakerInput
  /** Says a notice when the room's voice is free. */
  say(text: string): void
  /** Falls silent at once, and forgets what waits to be said. */
  stop(): void
  /** Claps, for setting a mouth by; when it is heard in milliseconds since the epoch, undefined while we speak. */
  clap(): Promise<number | undefined>
  readonly lastTurn: TurnReport | undefined
}

import type { Pcm } from '#core/inference/ports.ts'
import type { TranscriptHint } from '../ears/speaker-lane.ts'

/** What is known about a turn while its speaker is silent. */
export interface SilentTurn {
  readonly speechMs: number
  readonly hint: TranscriptHint | undefined
  /** How likely the sound is that of a finished turn, 0 to 1, where a model says so. */
  readonly endProbability: number | undefined
}

/** When a silence is the end of a turn. One for the installation; each speaker has a memory of their own. */
export interface Endpointing {
  open(): SpeakerEndpointing
  /** An audio model's opinion of a turn that may be over; never rejects but by abort. */
  readonly judge?: ((audio: Pcm, signal: AbortSignal) => Promise<number | undefined>) | undefined
}

export interface SpeakerEndpointing {
  /** How long the speaker must be silent, counted from the last speech, for the turn to be over. */
  waitMs(turn: SilentTurn): number
  /** The speaker went on after a silence: it was none between two turns. */
  learnPause(pauseMs: number): void
}

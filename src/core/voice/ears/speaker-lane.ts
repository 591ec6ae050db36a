import type { Pcm } from '#core/inference/ports.ts'

/** What a recogniser understood of a turn, so far or for good. */
export interface TranscriptHint {
  readonly text: string
  readonly isFinal: boolean
}

/**
 * One speaker's sound, cut into turns. Nothing is shared between lanes but the speech detector, so nobody's turn ends,
 * or is wiped, by somebody else's.
 */
export interface SpeakerLane extends Disposable {
  /**
   * Mono 16-bit PCM as it arrives, any length, at the lane's input rate. Wall-clock gaps (Discord sends nothing in
   * silence) are restored as silence, also when nothing arrives at all.
   */
  push(samples: Int16Array, receivedAtMs: number): void
  /** What the recogniser understood of the running turn; moves its end nearer or further. */
  hint(transcript: TranscriptHint): void
  /** Whether our own voice is being heard now: it may come back as echo, and it ends the time for merging turns. */
  setPlaying(isPlaying: boolean): void
  /** For one reader. Ends with the lane; throws when the speech detector failed for good. */
  readonly events: AsyncIterable<LaneEvent>
}

/**
 * quiet → speech-start → (speech-continues)* → pause → turn-end, or resume and on. After a turn-end, for 2 s: reopened
 * instead of speech-start. `atMs` is when it was noticed, the other times are those of the sound itself; all are
 * milliseconds of the lane's clock.
 */
export type LaneEvent =
  | { readonly type: 'speech-start'; readonly atMs: number; readonly speechStartMs: number }
  /** About every 100 ms while it lasts, for barge-in decisions. `speechMs` is that of the whole turn. */
  | { readonly type: 'speech-continues'; readonly atMs: number; readonly speechMs: number }
  /** Silence long enough to start recognising what was said so far. */
  | ({ readonly type: 'pause' } & HeardSpeech)
  /** Speech again before the turn was over: the pause is void. */
  | { readonly type: 'resume'; readonly atMs: number }
  | ({ readonly type: 'turn-end' } & HeardSpeech)
  /** Speech again soon after a turn-end: that turn is withdrawn, and the next turn-end holds both parts. */
  | { readonly type: 'reopened'; readonly atMs: number }

export interface HeardSpeech {
  readonly atMs: number
  readonly speechEndMs: number
  /** 16 kHz, with up to 300 ms before the first word. */
  readonly audio: Pcm
  /** Speech without the pauses. */
  readonly speechMs: number
}

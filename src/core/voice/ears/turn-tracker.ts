import type { SpeakerEndpointing } from '../endpointing/endpointing.ts'
import { vadWindowMs } from '../vad/vad.ts'
import type { LaneEvent, TranscriptHint } from './speaker-lane.ts'
import { TurnAudio } from './turn-audio.ts'

export interface HeardWindow {
  readonly samples: Int16Array
  readonly endMs: number
  readonly probability: number
  readonly isSpeech: boolean
}

export interface TurnTimes {
  /** Shorter sounds are clicks. In windows of 32 ms. */
  readonly onsetWindows: number
  /** What the probabilities of the first windows must sum up to: three doubtful windows, or two certain ones. */
  readonly onsetEvidence: number
  /** The same for reopening a turn that is being answered: a noise must not withdraw it. */
  readonly reopenEvidence: number
  readonly pauseMs: number
  /** How long after its end a turn may go on. */
  readonly mergeMs: number
  readonly continuesEveryMs: number
}

export const defaultTurnTimes: TurnTimes = {
  onsetWindows: 2,
  onsetEvidence: 1.8,
  reopenEvidence: 2.5,
  pauseMs: 120,
  mergeMs: 2_000,
  continuesEveryMs: 96,
}

/** Sound after the last word that a recogniser gets; more only makes it imagine words. */
const tailMs = 200

export interface TurnTrackerOptions {
  readonly endpointing: SpeakerEndpointing
  readonly times: TurnTimes
  readonly now: () => number
  readonly emit: (event: LaneEvent) => void
}

/**
 * quiet: nobody speaks. speaking: speech, or a silence too short to be a pause. pausing: a pause was told. ended: the
 * turn was told, and may yet be reopened.
 */
type State = 'quiet' | 'speaking' | 'pausing' | 'ended'

/** Windows that were judged, in order, become the events of one speaker's turns. */
export class TurnTracker {
  readonly #options: TurnTrackerOptions
  readonly #audio = new TurnAudio()
  #state: State = 'quiet'
  /** Speech windows in a row, counted while they may still be a click. */
  #onset = 0
  #evidence = 0
  #speechMs = 0
  #speechEndMs = 0
  #endedAtMs = 0
  #windowsSinceSpeech = 0
  #msSinceTold = 0
  #hint: TranscriptHint | undefined
  #endProbability: number | undefined
  isPlaying = false

  constructor(options: TurnTrackerOptions) {
    this.#options = options
  }

  /** When to call {@link check}, if nothing is heard before. */
  get deadlineMs(): number | undefined {
    if (this.#state === 'ended') return this.#endedAtMs + this.#options.times.mergeMs
    return this.#state === 'pausing' ? this.#speechEndMs + this.#waitMs() : undefined
  }

  hear(window: HeardWindow): void {
    this.#audio.append(window.samples)
    if (window.isSpeech) this.#hearSpeech(window)
    else this.#hearSilence(window)
    if (this.#state === 'quiet') this.#audio.trim(this.#onset)
  }

  hint(transcript: TranscriptHint): void {
    if (this.#state === 'quiet' || this.#state === 'ended') return
    this.#hint = transcript
    this.check()
  }

  /** What a model thinks of the pause that was told at `speechEndMs`. */
  judge(speechEndMs: number, endProbability: number): void {
    if (this.#state !== 'pausing' || speechEndMs !== this.#speechEndMs) return
    this.#endProbability = endProbability
    this.check()
  }

  /** Ends what is due. Everything heard up to now must have been told to {@link hear}. */
  check(): void {
    const deadlineMs = this.deadlineMs
    if (deadlineMs === undefined || this.#options.now() < deadlineMs || this.#onset > 0) return
    if (this.#state === 'pausing') this.#endTurn()
    else this.#rest()
  }

  #hearSpeech(window: HeardWindow): void {
    this.#onset += 1
    this.#evidence += window.probability
    if (this.#state === 'speaking') this.#speak(window)
    else if (this.#isOnset()) this.#begin(window)
  }

  #isOnset(): boolean {
    const { onsetWindows, onsetEvidence, reopenEvidence } = this.#options.times
    const evidence = this.#state === 'ended' && !this.isPlaying ? reopenEvidence : onsetEvidence
    return this.#onset >= onsetWindows && this.#evidence >= evidence
  }

  #begin(window: HeardWindow): void {
    const atMs = this.#options.now()
    const startMs = window.endMs - this.#onset * vadWindowMs
    if (this.#state === 'pausing' || this.#isReopening(startMs)) {
      this.#options.endpointing.learnPause(startMs - this.#speechEndMs)
      this.#options.emit({ type: this.#state === 'pausing' ? 'resume' : 'reopened', atMs })
    } else {
      this.#rest()
      this.#speechMs = 0
      this.#options.emit({ type: 'speech-start', atMs, speechStartMs: startMs })
    }
    this.#state = 'speaking'
    this.#hint = undefined
    this.#endProbability = undefined
    this.#speechMs += (this.#onset - 1) * vadWindowMs
    this.#msSinceTold = 0
    this.#speak(window)
  }

  /** Over our own voice it is an interruption, a turn of its own. */
  #isReopening(startMs: number): boolean {
    return (
      this.#state === 'ended' && !this.isPlaying && startMs < this.#endedAtMs + this.#options.times.mergeMs
    )
  }

  #speak(window: HeardWindow): void {
    this.#speechMs += vadWindowMs
    this.#speechEndMs = window.endMs
    this.#windowsSinceSpeech = 0
    this.#msSinceTold += vadWindowMs
    if (this.#msSinceTold < this.#options.times.continuesEveryMs) return
    this.#msSinceTold = 0
    this.#options.emit({ type: 'speech-continues', atMs: this.#options.now(), speechMs: this.#speechMs })
  }

  #hearSilence(window: HeardWindow): void {
    this.#onset = 0
    this.#evidence = 0
    this.#windowsSinceSpeech += 1
    if (this.#state === 'speaking' && window.endMs - this.#speechEndMs >= this.#options.times.pauseMs) {
      this.#state = 'pausing'
      this.#tell('pause')
    }
    this.check()
  }

  #waitMs(): number {
    return this.#options.endpointing.waitMs({
      speechMs: this.#speechMs,
      hint: this.#hint,
      endProbability: this.#endProbability,
    })
  }

  #endTurn(): void {
    this.#state = 'ended'
    this.#endedAtMs = this.#options.now()
    this.#tell('turn-end')
  }

  #tell(type: 'pause' | 'turn-end'): void {
    this.#options.emit({
      type,
      atMs: this.#options.now(),
      speechEndMs: this.#speechEndMs,
      audio: this.#audio.copy(Math.max(0, this.#windowsSinceSpeech - Math.ceil(tailMs / vadWindowMs))),
      speechMs: this.#speechMs,
    })
  }

  #rest(): void {
    this.#state = 'quiet'
    this.#audio.trim(this.#onset)
  }
}

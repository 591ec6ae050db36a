import type { VoiceClock } from '#core/voice/clock.ts'
import type { RoomPlayout } from '#core/voice/playout/room-playout.ts'
import { judgeWords } from './overlap-words.ts'
import type { VoiceSettings } from './settings.ts'

/** The answer that is being given, as far as an interruption is concerned. */
export interface Interruptible {
  /** What is said of it so far, and a little of what is about to be. */
  readonly saidText: string
  readonly isHeard: boolean
  isFor(speaker: object): boolean
  /** `onsetMs`: when the speech began; `silencedMs`: when our voice was last heard. */
  interrupt(onsetMs: number, silencedMs: number): void
}

/** `go-on`: it was a cough, a backchannel or our own echo; `cut`: somebody speaks; `none`: nobody was spoken over. */
export type Verdict = 'go-on' | 'cut' | 'none'

/**
 * Speech over our voice, of one person:
 *
 * - ducked: something that may be speech; we are quieter
 * - held: it lasts; we are silent, and can go on from the same sample
 * - over: it was nothing (we go on), or it was speech (the answer is cut)
 */
interface Overlap {
  readonly onsetMs: number
  silencedMs: number | undefined
  timer: Disposable | undefined
  /** There was silence since; the words decide. */
  hasPaused: boolean
  /** They spoke before we did: we wait until they have finished, and go on whatever they said. */
  readonly isOlder: boolean
}

export interface BargeInOptions {
  readonly playout: RoomPlayout
  readonly clock: VoiceClock
  readonly settings: VoiceSettings
  /** The answer that can be interrupted now: one that is certain, whether it is heard yet or not. */
  readonly running: () => Interruptible | undefined
}

/** After so many echoes of a person's loudspeaker, sound from there stops us only with words of its own. */
const patienceWithEchoes = 2

/** Decides for a room what becomes of its voice when people make sounds over it. Speakers are told apart by identity. */
export class BargeIn {
  readonly #options: BargeInOptions
  readonly #overlaps = new Map<object, Overlap>()
  readonly #echoes = new WeakMap<object, number>()

  constructor(options: BargeInOptions) {
    this.#options = options
  }

  /** Somebody began to make speech-like sound, at `onsetMs`. */
  begins(speaker: object, onsetMs: number): void {
    const overlap = this.#overlaps.get(speaker)
    if (overlap?.hasPaused) this.#goOnWaiting(overlap)
    else if (!overlap) this.#begin(speaker, { onsetMs, isOlder: this.#isBeforeUs(speaker) })
  }

  /** Nothing was heard yet of an answer to somebody else. */
  #isBeforeUs(speaker: object): boolean {
    const running = this.#options.running()
    return running !== undefined && !running.isHeard && !running.isFor(speaker)
  }

  #begin(speaker: object, { onsetMs, isOlder }: Pick<Overlap, 'onsetMs' | 'isOlder'>): void {
    const { running, playout, clock, settings } = this.#options
    if (running() === undefined) return
    const begun: Overlap = { onsetMs, isOlder, silencedMs: undefined, timer: undefined, hasPaused: false }
    this.#overlaps.set(speaker, begun)
    playout.duck()
    if ((this.#echoes.get(speaker) ?? 0) >= patienceWithEchoes) return
    const holdAtMs = Math.max(clock.now(), onsetMs + settings.holdAfterMs)
    begun.timer = clock.setTimer(holdAtMs, () => this.#hold(begun))
  }

  /** The sound lasts. Nobody hums for so long: it is speech, whatever its words. */
  lasts(speaker: object, speechMs: number): void {
    const { clock, settings } = this.#options
    const overlap = this.#overlaps.get(speaker)
    if (overlap === undefined) this.#begin(speaker, { onsetMs: clock.now(), isOlder: true })
    else if (overlap.isOlder || overlap.silencedMs === undefined) return
    else if (speechMs >= settings.longestBackchannelMs) this.#cut(overlap)
  }

  /** There was silence. What was too short for speech is forgotten at once; for the rest, the words are awaited. */
  paused(speaker: object, speechMs: number, hasRecogniser: boolean): Verdict {
    const overlap = this.#overlaps.get(speaker)
    if (overlap === undefined) return 'none'
    const { clock, settings } = this.#options
    if (overlap.isOlder) {
      this.#goOn(speaker)
      return 'none'
    }
    if (speechMs < settings.shortestSpeechMs) return this.#goOn(speaker)
    if (!hasRecogniser) return speechMs < settings.wordlessSpeechMs ? this.#goOn(speaker) : this.#cut(overlap)
    overlap.hasPaused = true
    overlap.timer?.[Symbol.dispose]()
    overlap.timer = clock.setTimer(clock.now() + settings.wordsWithinMs, () => this.#goOn(speaker))
    return 'none'
  }

  /** The words are there; undefined when the recogniser failed. */
  understood(speaker: object, text: string | undefined): Verdict {
    const overlap = this.#overlaps.get(speaker)
    const running = this.#options.running()
    if (overlap === undefined || running === undefined) return 'none'
    return this.#isSpeech(speaker, text ?? '', running.saidText) ? this.#cut(overlap) : this.#goOn(speaker)
  }

  /** The answer is over, or the speaker left: nothing holds our voice any more. */
  forget(speaker?: object): void {
    if (speaker === undefined) for (const other of [...this.#overlaps.keys()]) this.#drop(other)
    else this.#drop(speaker)
    this.#letGo()
  }

  #isSpeech(speaker: object, text: string, saidText: string): boolean {
    const words = judgeWords(text, saidText, this.#options.settings.languages)
    if (words === 'echo') this.#echoes.set(speaker, (this.#echoes.get(speaker) ?? 0) + 1)
    return words === 'speech'
  }

  #hold(overlap: Overlap): void {
    this.#options.playout.pause()
    overlap.silencedMs ??= this.#options.clock.now()
  }

  #goOnWaiting(overlap: Overlap): void {
    overlap.hasPaused = false
    overlap.timer?.[Symbol.dispose]()
    this.#hold(overlap)
  }

  #goOn(speaker: object): Verdict {
    this.#drop(speaker)
    this.#letGo()
    return 'go-on'
  }

  #cut({ onsetMs, silencedMs }: Overlap): Verdict {
    const { running, clock } = this.#options
    running()?.interrupt(onsetMs, silencedMs ?? clock.now())
    // A held voice stays held until the answer is really over: `forget` lets it go.
    for (const speaker of [...this.#overlaps.keys()]) this.#drop(speaker)
    return 'cut'
  }

  #drop(speaker: object): void {
    this.#overlaps.get(speaker)?.timer?.[Symbol.dispose]()
    this.#overlaps.delete(speaker)
  }

  #letGo(): void {
    const { playout } = this.#options
    if (![...this.#overlaps.values()].some(({ silencedMs }) => silencedMs !== undefined)) playout.resume()
    if (this.#overlaps.size === 0) playout.unduck()
  }
}

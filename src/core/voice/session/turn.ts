import { randomUUID } from 'node:crypto'
import type { Pcm } from '#core/inference/ports.ts'
import type { Answer } from './answer.ts'
import type { Interruptible } from './barge-in.ts'
import type { FloorTurn } from './floor.ts'
import type { Understood } from './recognise.ts'
import type { Person } from './session-ports.ts'
import { TurnEndedError } from './turn-ended-error.ts'
import type { TurnMoments } from './turn-report.ts'

/** A stretch of somebody's speech with silence after it. */
export interface Heard {
  readonly atMs: number
  readonly speechEndMs: number
  readonly speechMs: number
  readonly audio: Pcm
}

/** What is known of somebody's speech before its words are. */
export interface Speech {
  readonly person: Person
  /** Who spoke, told apart by identity. */
  readonly speaker: { hint(text: string): void }
  readonly startedMs: number
  /** It began while our voice was heard. */
  readonly isOverlap: boolean
  /** Answers to earlier guesses at its end were thrown away. */
  readonly hasDroppedGuess: boolean
  /** Words at its beginning that were answered already. */
  readonly answeredText: string
}

/**
 * From a pause in somebody's speech to the end of the answer. Begins as a guess that the person has finished, of which
 * nobody hears anything; `confirm` makes it certain, `withdraw` undoes it without a trace.
 */
export class Turn implements FloorTurn, Interruptible {
  readonly id = randomUUID()
  readonly heard: Heard
  readonly speech: Speech
  moments: TurnMoments
  understood: Understood | undefined
  answer: Answer | undefined
  /** It was begun while it was a guess. */
  isAhead = false
  /** Its answer has begun to sound. */
  isHeard = false
  readonly #abort = new AbortController()
  readonly #confirmed = Promise.withResolvers<void>()
  #isCertain = false

  constructor(heard: Heard, speech: Speech) {
    this.heard = heard
    this.speech = speech
    this.moments = { speechEndMs: heard.speechEndMs }
    // Nobody may be waiting when it is ended.
    this.#confirmed.promise.catch(() => undefined)
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  get isCertain(): boolean {
    return this.#isCertain
  }

  get isWithdrawn(): boolean {
    return this.endedBy === 'withdrawn'
  }

  get endedBy(): TurnEndedError['why'] | undefined {
    const { aborted, reason } = this.signal
    if (!aborted) return undefined
    return reason instanceof TurnEndedError ? reason.why : 'closed'
  }

  get toId(): string {
    return this.speech.person.id
  }

  isFor(speaker: object): boolean {
    return this.speech.speaker === speaker
  }

  get saidText(): string {
    return this.answer?.text ?? ''
  }

  /** Resolves when it is certain; rejects when it was ended before. */
  get confirmed(): Promise<void> {
    return this.#confirmed.promise
  }

  confirm({ atMs, speechEndMs }: Heard): void {
    if (this.signal.aborted) return
    this.#isCertain = true
    this.moments = { ...this.moments, turnEndMs: atMs, speechEndMs }
    this.#confirmed.resolve()
  }

  withdraw(): void {
    this.end('withdrawn')
  }

  interrupt(overlapMs: number, silencedMs: number): void {
    this.moments = { ...this.moments, overlapMs, silencedMs }
    this.end('interrupted')
  }

  end(why: TurnEndedError['why']): void {
    if (this.signal.aborted) return
    const reason = new TurnEndedError(why)
    this.#abort.abort(reason)
    this.#confirmed.reject(reason)
  }
}

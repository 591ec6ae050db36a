import type { LaneEvent, SpeakerLane } from '#core/voice/ears/speaker-lane.ts'
import { LiveTranscript } from './live-transcript.ts'
import { recognise, type Understood } from './recognise.ts'
import type { Occupant, Room } from './room.ts'
import type { Person, SpeakerInput } from './session-ports.ts'
import { isSameSpeech } from './spoken-words.ts'
import { type Heard, Turn } from './turn.ts'

/** Ends of speech that lie so near to each other are the same. */
const sameEndMs = 40

/** What one person is saying: the stretch of speech that becomes a turn when it is over. */
interface Utterance {
  readonly startedMs: number
  readonly isOverlap: boolean
  /** The newest guess at its end. */
  guess: Turn | undefined
  hasDroppedGuess: boolean
  /** It was a cough or a hum so far. */
  isNothing: boolean
  answeredText: string
}

/** One person in a room: turns the events of their lane into turns. */
export class Speaker implements SpeakerInput, Occupant {
  readonly person: Person
  readonly #room: Room
  readonly #lane: SpeakerLane
  readonly #left = new AbortController()
  readonly #live: LiveTranscript | undefined
  #utterance: Utterance | undefined
  /** The one that is over, while its final transcript is awaited; speech soon afterwards calls that off. */
  #ending: Utterance | undefined
  /** The turn that the last utterance became; speech soon afterwards still belongs to it. */
  #last: Turn | undefined
  isSpeaking = false

  constructor(room: Room, person: Person) {
    this.person = person
    this.#room = room
    const { options, settings } = room
    const signal = AbortSignal.any([options.signal, this.#left.signal])
    this.#lane = options.openLane({ ...settings, signal })
    this.#live = this.#openLive(signal)
    room.occupants.add(this)
    room.run(this.#listen())
  }

  push(samples: Int16Array, receivedAtMs: number): void {
    this.#lane.push(samples, receivedAtMs)
    this.#live?.push(samples)
  }

  hint(text: string): void {
    this.#lane.hint({ text, isFinal: false })
  }

  setPlaying(isPlaying: boolean): void {
    this.#lane.setPlaying(isPlaying)
  }

  [Symbol.dispose](): void {
    this.#left.abort()
    this.#lane[Symbol.dispose]()
    this.#room.occupants.delete(this)
    this.#room.bargeIn.forget(this)
    if (this.#utterance?.guess && !this.#utterance.guess.isCertain) this.#utterance.guess.withdraw()
    this.#room.showState()
  }

  #openLive(signal: AbortSignal): LiveTranscript | undefined {
    const { options, settings } = this.#room
    const { streamingTranscriber: transcriber } = options
    return (
      transcriber &&
      new LiveTranscript({
        transcriber,
        inputRateHz: settings.inputRateHz,
        language: settings.language,
        onText: (text) => this.hint(text),
        // Nobody needs to be told: the whole sound is recognised instead.
        onFault: (error) => options.logger.warn('a stream of transcripts broke off', { error }),
        signal,
      })
    )
  }

  async #listen(): Promise<void> {
    for await (const event of this.#lane.events) this.#hear(event)
  }

  #hear(event: LaneEvent): void {
    if (event.type === 'speech-start') this.#begin(event.speechStartMs)
    else if (event.type === 'speech-continues') this.#room.bargeIn.lasts(this, event.speechMs)
    else if (event.type === 'pause') this.#pause(event)
    else if (event.type === 'resume') this.#resume(event.atMs)
    else if (event.type === 'turn-end') this.#end(event)
    else this.#reopen(event.atMs)
  }

  #begin(atMs: number, before = ''): void {
    this.#utterance ??= this.#newUtterance(atMs)
    this.isSpeaking = true
    if (this.#live && !this.#live.isListening) {
      this.#live.begin(before)
      this.#room.run(this.#live.follow())
    }
    this.#room.showState()
    this.#room.bargeIn.begins(this, atMs)
  }

  #pause(heard: Heard): void {
    const { bargeIn, options } = this.#room
    this.#utterance ??= this.#newUtterance(heard.speechEndMs - heard.speechMs)
    const utterance = this.#utterance
    const hasRecogniser = this.#live !== undefined || options.inference.transcriber !== undefined
    utterance.isNothing = bargeIn.paused(this, heard.speechMs, hasRecogniser) === 'go-on'
    this.#withdrawGuess(utterance)
    if (!utterance.isNothing) utterance.guess = this.#beginGuess(utterance, heard)
  }

  #resume(atMs: number): void {
    if (this.#utterance) {
      this.#withdrawGuess(this.#utterance)
      this.#utterance.guess = undefined
    }
    this.#begin(atMs)
  }

  #end(heard: Heard): void {
    const utterance = this.#utterance ?? this.#newUtterance(heard.speechEndMs - heard.speechMs)
    this.#utterance = undefined
    this.#last = utterance.guess
    this.isSpeaking = false
    if (utterance.isNothing) this.#live?.drop()
    else if (this.#live?.isListening)
      this.#room.run(this.#endWith(this.#finalOf(this.#live, heard), utterance, heard))
    else this.#endUnstreamed(utterance, heard)
    this.#room.showState()
  }

  #endUnstreamed(utterance: Utterance, heard: Heard): void {
    const { guess } = utterance
    this.#live?.drop()
    if (!guess || guess.isWithdrawn) this.#beginCertain(utterance, heard, guess?.understood)
    else if (isSameEnd(guess.heard, heard)) this.#room.confirm(guess, heard)
    else this.#room.run(this.#endWith(this.#recognise(heard), utterance, heard))
  }

  /** The guess holds if the final transcript has the same words; whoever goes on speaking meanwhile has not finished. */
  async #endWith(
    finalText: Promise<Understood | undefined>,
    utterance: Utterance,
    heard: Heard,
  ): Promise<void> {
    this.#ending = utterance
    const final = await finalText
    if (this.#ending !== utterance || this.#left.signal.aborted) return
    const { guess } = utterance
    const isSame = final && guess?.understood && isSameSpeech(final.text, guess.understood.text)
    if (guess && isSame && !guess.isWithdrawn) return this.#room.confirm(guess, heard)
    this.#withdrawGuess(utterance)
    this.#beginCertain(utterance, heard, final)
  }

  /** Without a final transcript from the stream, the whole sound is recognised. */
  async #finalOf(live: LiveTranscript, heard: Heard): Promise<Understood | undefined> {
    const text = await live.finish()
    return text === undefined ? await this.#recognise(heard) : { text }
  }

  async #recognise({ audio }: Heard): Promise<Understood | undefined> {
    const { signal } = this.#left
    try {
      return await recognise(audio, this.#room.recogniser, signal)
    } catch (error) {
      if (signal.aborted) return undefined
      throw error
    }
  }

  /** The person goes on after all. What nobody heard yet is undone; what was heard stands, and only the rest is new. */
  #reopen(atMs: number): void {
    const last = this.#last
    const utterance = this.#newUtterance(last?.speech.startedMs ?? atMs)
    this.#utterance = utterance
    this.#ending = undefined
    if (last?.isHeard) utterance.answeredText = last.understood?.text ?? ''
    else if (last && !last.signal.aborted) {
      last.withdraw()
      utterance.hasDroppedGuess = true
      utterance.answeredText = last.speech.answeredText
    }
    this.#begin(atMs, last?.understood?.text)
  }

  #beginCertain(utterance: Utterance, heard: Heard, known: Understood | undefined): void {
    const turn = this.#makeTurn(utterance, heard)
    turn.understood = known
    this.#last = turn
    turn.confirm(heard)
    this.#room.begin(turn)
  }

  #beginGuess(utterance: Utterance, heard: Heard): Turn {
    const turn = this.#makeTurn(utterance, heard)
    const text = this.#live?.text
    if (text) turn.understood = { text }
    this.#room.begin(turn)
    return turn
  }

  #makeTurn({ startedMs, isOverlap, hasDroppedGuess, answeredText }: Utterance, heard: Heard): Turn {
    const { person } = this
    return new Turn(heard, { person, speaker: this, startedMs, isOverlap, hasDroppedGuess, answeredText })
  }

  #withdrawGuess(utterance: Utterance): void {
    const { guess } = utterance
    if (guess === undefined || guess.isCertain || guess.signal.aborted) return
    utterance.hasDroppedGuess ||= guess.answer !== undefined
    guess.withdraw()
  }

  #newUtterance(startedMs: number): Utterance {
    return {
      startedMs,
      isOverlap: this.#room.isHeard,
      guess: undefined,
      hasDroppedGuess: false,
      isNothing: false,
      answeredText: '',
    }
  }
}

function isSameEnd(one: Heard, other: Heard): boolean {
  return Math.abs(one.speechEndMs - other.speechEndMs) <= sameEndMs
}

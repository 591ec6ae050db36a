import type { Place } from '#core/protocol/chat.ts'
import type { StageEvent } from '#core/protocol/stage.ts'
import type { VoiceClock } from '#core/voice/clock.ts'
import { createRoomPlayout, type RoomPlayout } from '#core/voice/playout/room-playout.ts'
import { type Address, addressOf, type RoomTalk } from './addressing.ts'
import { BargeIn, type Interruptible } from './barge-in.ts'
import { Floor } from './floor.ts'
import { FrameWatch } from './frame-watch.ts'
import { Notice, sayNotice } from './notice.ts'
import { Outages } from './outages.ts'
import type { Recogniser } from './recognise.ts'
import { runVoiceTurn } from './run-voice-turn.ts'
import type { HeardTurn, Person, SessionOptions } from './session-ports.ts'
import { defaultVoiceSettings, type VoiceSettings } from './settings.ts'
import { StageLamp } from './stage-lamp.ts'
import type { Turn } from './turn.ts'
import { countTurn } from './turn-metrics.ts'
import type { TurnReport } from './turn-report.ts'

/** Who is in the room, as far as the room cares. */
export interface Occupant {
  readonly person: Person
  readonly isSpeaking: boolean
  setPlaying(isPlaying: boolean): void
}

/** Something that our voice says. */
export interface Speaking extends Interruptible {
  readonly signal: AbortSignal
  readonly isCertain: boolean
  isHeard: boolean
  /** Whom it answers; undefined for notices. */
  readonly toId: string | undefined
  end(why: 'stopped' | 'closed'): void
}

/** One room: the people in it, the one voice we have there, and what was said last. */
export class Room implements AsyncDisposable {
  readonly options: SessionOptions
  readonly settings: VoiceSettings
  readonly clock: VoiceClock
  readonly place: Place
  readonly watch: FrameWatch
  readonly playout: RoomPlayout
  readonly floor: Floor
  readonly bargeIn: BargeIn
  readonly outages: Outages
  readonly recogniser: Recogniser
  readonly lamp: StageLamp
  readonly occupants = new Set<Occupant>()
  lastTurn: TurnReport | undefined
  #voice: Speaking | undefined
  #saidText = ''
  #lastAnswer: RoomTalk['lastAnswer']
  #lastSpeakerId: string | undefined
  readonly #turns = new Set<Turn | Notice>()
  readonly #tasks = new Set<Promise<void>>()

  constructor(options: SessionOptions) {
    const { clock, inference, onNotice: notify, logger, place, id, onStage } = options
    const settings = { ...defaultVoiceSettings, ...options.settings }
    this.options = options
    this.settings = settings
    this.clock = clock
    this.place = place
    this.watch = new FrameWatch(options.out, clock)
    this.playout = createRoomPlayout({ out: this.watch, clock })
    this.floor = new Floor({ maxWaiting: settings.maxWaitingTurns, waitMs: settings.turnWaitMs, clock })
    this.bargeIn = new BargeIn({
      playout: this.playout,
      clock,
      settings,
      running: () => (this.#voice?.isCertain && !this.#voice.signal.aborted ? this.#voice : undefined),
    })
    this.outages = new Outages({ notify, logger })
    this.recogniser = {
      transcriber: inference.transcriber,
      language: settings.language,
      outages: this.outages,
    }
    this.lamp = new StageLamp(id, onStage)
  }

  /** What is being said, or was said last. */
  get saidText(): string {
    return this.#voice?.isHeard ? this.#voice.saidText : this.#saidText
  }

  get isHeard(): boolean {
    return this.#voice?.isHeard ?? false
  }

  addressOf({ speech }: Turn, text: string): Address {
    const { person, startedMs: startedAtMs } = speech
    const people = [...this.occupants].map((occupant) => occupant.person)
    const talk = { names: this.settings.names, people, lastAnswer: this.#lastAnswer }
    const lastSpeakerId = this.#lastSpeakerId
    return addressOf({ text, startedAtMs, speakerId: person.id }, { ...talk, lastSpeakerId })
  }

  begin(turn: Turn): void {
    this.#turns.add(turn)
    this.run(runVoiceTurn(this, turn).finally(() => this.#forget(turn)))
  }

  /** Says a notice when our voice is free. */
  say(text: string): void {
    const notice = new Notice(text)
    this.#turns.add(notice)
    this.run(sayNotice(this, notice).finally(() => this.#forget(notice)))
  }

  #forget(turn: Turn | Notice): void {
    this.#turns.delete(turn)
    this.showState()
  }

  /** The person has finished: what was made ready may be heard. */
  confirm(turn: Turn, heard: Turn['heard']): void {
    turn.confirm(heard)
    this.floor.reconsider()
  }

  /** This is what our voice says, until disposed. */
  giveVoiceTo(speaking: Speaking): Disposable {
    this.#voice = speaking
    return {
      [Symbol.dispose]: () => {
        this.#voice = undefined
        if (speaking.isHeard) this.#fellSilent(speaking)
        this.bargeIn.forget()
        this.showState()
      },
    }
  }

  #fellSilent({ saidText, toId }: Speaking): void {
    this.#saidText = saidText
    if (toId !== undefined) this.#lastAnswer = { toId, endedAtMs: this.clock.now() }
    for (const occupant of this.occupants) occupant.setPlaying(false)
  }

  /** Passes its stage events on; from its first frame on it counts as heard. */
  stageOf(speaking: Speaking): (event: StageEvent) => void {
    return (event) => {
      if (event.type === 'stage.utterance.start' && !speaking.isHeard) {
        speaking.isHeard = true
        for (const occupant of this.occupants) occupant.setPlaying(true)
        this.showState()
      }
      this.options.onStage(event)
    }
  }

  /** Nobody waits for the record but the end of the session, and whoever reads it. */
  record(turn: HeardTurn): void {
    this.#lastSpeakerId = turn.request.person.id
    const { onHeard } = this.options
    if (onHeard) this.run((async () => await onHeard(turn))())
  }

  report(report: TurnReport): void {
    this.lastTurn = report
    countTurn(report)
    this.options.onTurn(report)
  }

  endTurns(why: 'stopped' | 'closed'): void {
    for (const turn of [...this.#turns]) turn.end(why)
  }

  showState(): void {
    const isSpeaking = () => [...this.occupants].some((occupant) => occupant.isSpeaking)
    if (this.#voice?.isHeard) this.lamp.show('speaking')
    else if ([...this.#turns].some((turn) => turn.isCertain && !turn.isHeard)) this.lamp.show('thinking')
    else this.lamp.show(isSpeaking() ? 'listening' : 'idle')
  }

  /** A task of the session: its failure is logged, its end awaited at the session's. */
  run(task: Promise<void>): void {
    const watched = task
      .catch((error: unknown) => this.options.logger.error('a voice task failed', { error }))
      .finally(() => this.#tasks.delete(watched))
    this.#tasks.add(watched)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.endTurns('closed')
    this.playout[Symbol.dispose]()
    while (this.#tasks.size > 0) await Promise.all(this.#tasks)
  }
}

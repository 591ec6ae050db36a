import type { StageState } from '#core/protocol/stage.ts'
import type { FeedEvent } from '#core/protocol/stage-feed.ts'
import { Expression } from './expression.ts'
import type { Moment } from './figure.ts'
import { LanternLight } from './lantern-light.ts'
import { Lips } from './lips.ts'
import { framesOf } from './mouth-frames.ts'
import { MouthTrack } from './mouth-track.ts'

/** Expressions that are announced ahead of their time. */
const maxAhead = 50

/** What the figure does at each moment, from what was announced of the stage. Knows nothing of how it is drawn. */
export class Performer {
  readonly #track = new MouthTrack()
  readonly #lips = new Lips()
  readonly #expression = new Expression()
  readonly #light = new LanternLight()
  #ahead: { readonly name: string; readonly at: number }[] = []
  #cutAt = Number.NEGATIVE_INFINITY
  readonly #moment: Moment

  constructor() {
    this.#moment = {
      now: 0,
      dtMs: 0,
      state: 'offline',
      expression: 'neutral',
      expressions: this.#expression.weights,
      mouth: this.#lips.shape,
      glow: 0,
    }
  }

  set state(state: StageState) {
    this.#moment.state = state
  }

  makeFace(name: string, now: number): void {
    this.#expression.set(name, now)
  }

  apply(event: FeedEvent): void {
    if (event.type === 'state') this.state = event.state
    else if (event.type === 'start') this.#track.begin(event.utterance)
    else if (event.type === 'mouth')
      this.#track.add(event.utterance, event.firstFrame, event.playAt, framesOf(event.frames))
    else if (event.type === 'cut') {
      this.#track.cut(event.utterance, event.frame)
      this.#cutAt = event.at
    } else if (event.type === 'expression' && this.#ahead.length < maxAhead)
      this.#ahead.push({ name: event.name, at: event.at })
  }

  /** Frames straight from sound that this page plays. */
  hear(utterance: string, playAt: number, frames: Uint8Array): void {
    this.#track.add(utterance, 0, playAt, frames)
  }

  /** Nothing that was announced will happen any more. */
  forget(): void {
    this.#track.clear()
    this.#ahead = []
  }

  /**
   * `now` is our own time, `heardAt` the moment of the stage that is heard now. The moment is the same object each time.
   * After a state of `speaking` that nobody took back the silence of the track counts.
   */
  at(now: number, dtMs: number, heardAt: number): Moment {
    this.#turnFaces(now, heardAt)
    const isTalking = this.#track.read(heardAt + Lips.leadMs, this.#lips.target)
    this.#lips.move(dtMs, heardAt >= this.#cutAt && heardAt < this.#cutAt + 400)
    this.#expression.move(now, dtMs, isTalking)
    const moment = this.#moment
    moment.now = now
    moment.dtMs = dtMs
    moment.expression = this.#expression.name
    const state = isTalking ? 'speaking' : moment.state
    this.#light.move(now, dtMs, state, this.#lips.shape[5] ?? 0, moment.expression)
    moment.glow = this.#light.glow
    return moment
  }

  #turnFaces(now: number, heardAt: number): void {
    for (let next = this.#ahead[0]; next && next.at <= heardAt; next = this.#ahead[0]) {
      this.#ahead.shift()
      this.#expression.set(next.name, now)
    }
  }
}

import { frameMs } from '#core/protocol/stage.ts'
import type { VoiceClock } from '../clock.ts'
import { Lateness } from './lateness.ts'

/** Beats that are due within this time of a beat ring together with it: one wake-up for several rooms. */
const togetherMs = 0.5
/** After a longer stall than this the time is lost, else listeners would get seconds of sound at once. */
const maxCatchUpMs = 200

interface Beat {
  dueMs: number
  readonly run: (dueMs: number) => void
}

const clocks = new WeakMap<VoiceClock, FrameClock>()

/** The one frame clock of all rooms that share `clock`. */
export function frameClockOf(clock: VoiceClock): FrameClock {
  const existing = clocks.get(clock)
  if (existing) return existing
  const made = new FrameClock(clock)
  clocks.set(clock, made)
  return made
}

/**
 * Rings every 20 ms for each room that speaks, from the moment at which that room began, so that nobody waits for a
 * common beat and the rooms' work is spread. Deadlines are absolute: a late ring does not delay the next. One timer
 * serves all rooms, and none is set while nobody speaks.
 */
export class FrameClock {
  readonly lateness = new Lateness()
  /** Times at which so much was missed that the beat was begun anew. */
  stalls = 0
  readonly #clock: VoiceClock
  readonly #beats = new Set<Beat>()
  #timer: Disposable | undefined
  #timerAtMs = Number.POSITIVE_INFINITY
  #isRinging = false

  constructor(clock: VoiceClock) {
    this.#clock = clock
  }

  /** The first ring is one frame from now: whoever starts plays its first frame itself. */
  start(run: (dueMs: number) => void): Disposable {
    const beat: Beat = { dueMs: this.#clock.now() + frameMs, run }
    this.#beats.add(beat)
    this.#arm()
    return {
      [Symbol.dispose]: () => {
        this.#beats.delete(beat)
        this.#arm()
      },
    }
  }

  #ring(): void {
    this.#timer = undefined
    this.#isRinging = true
    try {
      const now = this.#clock.now()
      for (const beat of this.#beats) if (beat.dueMs <= now + togetherMs) this.#catchUp(beat)
    } finally {
      this.#isRinging = false
      this.#arm()
    }
  }

  #catchUp(beat: Beat): void {
    let now = this.#clock.now()
    if (now - beat.dueMs > maxCatchUpMs) {
      this.stalls++
      this.lateness.add(now - beat.dueMs)
      beat.dueMs = now
    }
    while (beat.dueMs <= now + togetherMs && this.#beats.has(beat)) {
      const { dueMs } = beat
      this.lateness.add(now - dueMs)
      beat.dueMs += frameMs
      beat.run(dueMs)
      now = this.#clock.now()
    }
  }

  #arm(): void {
    if (this.#isRinging) return
    let firstMs = Number.POSITIVE_INFINITY
    for (const { dueMs } of this.#beats) if (dueMs < firstMs) firstMs = dueMs
    if (this.#timer !== undefined && this.#timerAtMs === firstMs) return
    this.#timer?.[Symbol.dispose]()
    this.#timerAtMs = firstMs
    this.#timer =
      firstMs === Number.POSITIVE_INFINITY ? undefined : this.#clock.setTimer(firstMs, () => this.#ring())
  }
}

import { setImmediate as nextRound } from 'node:timers/promises'
import type { VoiceClock } from '#core/voice/clock.ts'

interface Timer {
  readonly atMs: number
  readonly run: () => void
}

/** A clock that moves only when told. Between two timers everything that became possible gets to run. */
export class VirtualClock implements VoiceClock {
  #nowMs: number
  readonly #timers = new Set<Timer>()

  constructor(startMs = 1_000) {
    this.#nowMs = startMs
  }

  /** How many timers are set: none when everything rests. */
  get timerCount(): number {
    return this.#timers.size
  }

  now(): number {
    return this.#nowMs
  }

  setTimer(atMs: number, run: () => void): Disposable {
    const timer = { atMs, run }
    this.#timers.add(timer)
    return { [Symbol.dispose]: () => this.#timers.delete(timer) }
  }

  /** Rings the timers of the next `ms` in their order. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms
    await this.settle()
    for (let due = this.#next(untilMs); due; due = this.#next(untilMs)) {
      this.#timers.delete(due)
      this.#nowMs = Math.max(this.#nowMs, due.atMs)
      due.run()
      await this.settle()
    }
    this.#nowMs = untilMs
  }

  /** Time jumps without a timer ringing on the way, as when the process was stopped; then all are late. */
  async stall(ms: number): Promise<void> {
    this.#nowMs += ms
    await this.advance(0)
  }

  /** Lets promises and callbacks run that need no time. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) await nextRound()
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers)
      if (timer.atMs <= untilMs && (first === undefined || timer.atMs < first.atMs)) first = timer
    return first
  }
}

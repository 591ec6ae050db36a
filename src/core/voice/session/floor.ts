import type { VoiceClock } from '#core/voice/clock.ts'

/** A turn that wants to be heard in the room. */
export interface FloorTurn {
  /** False while it is only a guess that the person has finished. */
  readonly isCertain: boolean
  /** Called when a certain turn takes the floor from this one, which was a guess. */
  withdraw(): void
}

/** More turns wait than the room will ever want to hear; the one that waited longest is left out. */
export class FloorFullError extends Error {
  override readonly name = 'FloorFullError'
  readonly maxWaiting: number
  constructor(maxWaiting: number) {
    super(`more than ${maxWaiting} turns wait for the floor`)
    this.maxWaiting = maxWaiting
  }
}

/** The turn waited so long that nobody remembers the question. */
export class FloorTimeoutError extends Error {
  override readonly name = 'FloorTimeoutError'
  readonly waitedMs: number
  constructor(waitedMs: number) {
    super(`the turn waited ${waitedMs} ms for the floor`)
    this.waitedMs = waitedMs
  }
}

export interface FloorOptions {
  readonly maxWaiting: number
  readonly waitMs: number
  readonly clock: VoiceClock
}

interface Waiting {
  readonly turn: FloorTurn
  readonly grant: (hold: Disposable) => void
  readonly refuse: (reason: unknown) => void
}

/** Who may speak in a room: one turn at a time; certain ones in order of asking, and before guesses. */
export class Floor {
  readonly #options: FloorOptions
  readonly #waiting = new Set<Waiting>()
  #holder: FloorTurn | undefined

  constructor(options: FloorOptions) {
    this.#options = options
  }

  get holder(): FloorTurn | undefined {
    return this.#holder
  }

  /** Resolves when the turn has the floor, which disposing gives back. Rejects with a Floor…Error or the signal's reason. */
  async take(turn: FloorTurn, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted()
    if (this.#holder === undefined && this.#waiting.size === 0) return this.#give(turn)
    const { promise, resolve, reject } = Promise.withResolvers<Disposable>()
    const waiting: Waiting = { turn, grant: resolve, refuse: reject }
    const { waitMs, clock } = this.#options
    using _timer = clock.setTimer(clock.now() + waitMs, () => reject(new FloorTimeoutError(waitMs)))
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    this.#waiting.add(waiting)
    this.#leaveOut()
    this.reconsider()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', abort)
      this.#waiting.delete(waiting)
    }
  }

  /** To be called when a waiting turn became certain: guesses make room for it. */
  reconsider(): void {
    const next = this.#next()
    if (next === undefined) return
    if (this.#holder === undefined) {
      this.#waiting.delete(next)
      next.grant(this.#give(next.turn))
    } else if (next.turn.isCertain && !this.#holder.isCertain) this.#holder.withdraw()
  }

  #next(): Waiting | undefined {
    for (const waiting of this.#waiting) if (waiting.turn.isCertain) return waiting
    const [first] = this.#waiting
    return first
  }

  #give(turn: FloorTurn): Disposable {
    this.#holder = turn
    return {
      [Symbol.dispose]: () => {
        if (this.#holder !== turn) return
        this.#holder = undefined
        this.reconsider()
      },
    }
  }

  #leaveOut(): void {
    const { maxWaiting } = this.#options
    if (this.#waiting.size <= maxWaiting) return
    const [oldest] = this.#waiting
    if (oldest === undefined) return
    this.#waiting.delete(oldest)
    oldest.refuse(new FloorFullError(maxWaiting))
  }
}

import { frameMs } from '#core/protocol/stage.ts'

/** 240 ms: enough to announce mouth shapes from; what is further ahead waits in its sentence, where it costs less. */
const maxWaitingFrames = 12
/** 40 ms are heard later, so that the first hiccup of a voice that streams is not heard at all. */
export const prebufferFrames = 40 / frameMs

export interface TrackListener {
  /** Frame `index` was just sent out; it is heard at `atMs`. */
  frame(index: number, atMs: number): void
  /** The sound is paused; when it goes on, frame `index` is the next. */
  held(index: number): void
}

/** Times at which there was nothing to play in the middle, and whose fault that was. */
export interface Underruns {
  ours: number
  service: number
}

export type TrackEnd = 'played' | 'cut'

/** What a track tells its room. */
interface Room {
  trackChanged(track: Track): void
  trackReleased(track: Track): void
  trackCut(track: Track): void
}

/**
 * The frames of one utterance on their way into a room.
 *
 * - held back: takes frames; nothing is heard before `release`
 * - in line: waits for the tracks before it and for its first 40 ms
 * - flowing: is heard; falls back to waiting for 40 ms when it runs dry
 * - over: was played to its end, was cut, or the way out failed
 */
export class Track {
  readonly underruns: Underruns = { ours: 0, service: 0 }
  readonly listener: TrackListener
  /** Whom an empty queue is to be blamed on; kept up to date by whoever pushes. */
  waitsFor: 'us' | 'service' = 'service'
  readonly #room: Room
  readonly #frames: Int16Array[] = []
  readonly #over = Promise.withResolvers<TrackEnd>()
  #framesPlayed = 0
  #isFlushed = false
  #isEnded = false
  #isFlowing = false
  #isOver = false
  #spaceWanted: (() => void) | undefined

  constructor(room: Room, listener: TrackListener) {
    this.#room = room
    this.listener = listener
    // Whoever cut the track may not be listening any more.
    this.#over.promise.catch(() => undefined)
  }

  /** Frames that were heard from their beginning to their end. */
  get framesPlayed(): number {
    return this.#framesPlayed
  }

  get hasBegun(): boolean {
    return this.#framesPlayed > 0
  }

  /** Resolves when it is over; rejects when the way out failed. */
  get over(): Promise<TrackEnd> {
    return this.#over.promise
  }

  get isOver(): boolean {
    return this.#isOver
  }

  /** There is sound, now and next. */
  get isFlowing(): boolean {
    return this.#isFlowing && this.#frames.length > 0
  }

  get isPlayedOut(): boolean {
    return this.#isEnded && this.#frames.length === 0
  }

  get isReady(): boolean {
    if (this.#frames.length === 0) return this.#isEnded
    return this.#isFlowing || this.#isFlushed || this.#frames.length >= prebufferFrames
  }

  get nextFrame(): Int16Array | undefined {
    return this.#frames[0]
  }

  /** From now on it may be heard. */
  release(): void {
    if (!this.#isOver) this.#room.trackReleased(this)
  }

  /** The frame belongs to the track from now on. Await `whenSpace` before. */
  push(frame: Int16Array): void {
    if (this.#isOver) return
    this.#isFlushed = false
    this.#frames.push(frame)
    this.#room.trackChanged(this)
  }

  /** Resolves when another frame fits, or when none is wanted any more. */
  whenSpace(): Promise<void> {
    if (this.#isOver || this.#frames.length < maxWaitingFrames) return Promise.resolve()
    return new Promise((resolve) => {
      this.#spaceWanted = resolve
    })
  }

  /** Nothing follows for a while: what is there is heard although it may be short of 40 ms. */
  flush(): void {
    this.#isFlushed = true
    this.#room.trackChanged(this)
  }

  /** Nothing follows at all. Resolves and rejects as `over` does. */
  end(): Promise<TrackEnd> {
    this.#isEnded = true
    this.#room.trackChanged(this)
    return this.#over.promise
  }

  cut(): void {
    if (!this.#isOver) this.#room.trackCut(this)
  }

  /** For the room: the next frame, which now counts as heard. */
  take(): Int16Array | undefined {
    const frame = this.#frames.shift()
    if (frame === undefined) return undefined
    this.#isFlowing = true
    this.#framesPlayed++
    this.#giveSpace()
    return frame
  }

  /** For the room: there was nothing to take in the middle. */
  ranDry(wasLate: boolean): void {
    this.#isFlowing = false
    this.underruns[wasLate || this.waitsFor === 'us' ? 'ours' : 'service']++
  }

  /** For the room: it is over. */
  finish(end: TrackEnd | { readonly fault: unknown }): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#frames.length = 0
    this.#giveSpace()
    if (typeof end === 'string') this.#over.resolve(end)
    else this.#over.reject(end.fault)
  }

  #giveSpace(): void {
    this.#spaceWanted?.()
    this.#spaceWanted = undefined
  }
}

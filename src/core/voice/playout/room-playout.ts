import { frameMs } from '#core/protocol/stage.ts'
import type { VoiceClock } from '../clock.ts'
import { frameSamples } from '../frame.ts'
import type { AudioOut } from './audio-out.ts'
import { applyGain, fadedOut, fadeIn, silenceAfter } from './fades.ts'
import { type FrameClock, frameClockOf } from './frame-clock.ts'
import { Track, type TrackListener } from './track.ts'

/** -12 dB: clearly in the background, still there. */
const duckedGain = 10 ** (-12 / 20)
/** A second of silence in the middle is no hiccup; the room rests until there is sound again. */
const maxSilentFrames = 1_000 / frameMs
/** An answer and a few notices; what is released beyond that is cut unheard. */
const maxTracks = 8

/** What one room hears of us: one utterance after the other, 20 ms at a time. */
export interface RoomPlayout extends Disposable {
  /** Something is being said, be it in the short silence of an underrun; false while paused. */
  readonly isPlaying: boolean
  readonly isPaused: boolean
  duck(): void
  unduck(): void
  /** Stops within a frame, without a click. */
  pause(): void
  /** Goes on at the sample at which `pause` began to fade. */
  resume(): void
  /** A new utterance, unheard until it is released; it waits for those that were released before it. */
  open(listener: TrackListener): Track
}

export function createRoomPlayout(options: { out: AudioOut; clock: VoiceClock }): RoomPlayout {
  return new Room(options.out, options.clock)
}

class Room implements RoomPlayout {
  readonly #out: AudioOut
  readonly #clock: VoiceClock
  readonly #frameClock: FrameClock
  readonly #tracks: Track[] = []
  #beat: Disposable | undefined
  #isPaused = false
  #isDisposed = false
  #gain = 1
  #wantedGain = 1
  #lastSample = 0
  #silentFrames = 0
  #fadesIn = false
  /** The end of a sound that was stopped: played at the next beat, before anything else. */
  #fade: Int16Array | undefined

  constructor(out: AudioOut, clock: VoiceClock) {
    this.#out = out
    this.#clock = clock
    this.#frameClock = frameClockOf(clock)
  }

  get isPlaying(): boolean {
    return this.#beat !== undefined && !this.#isPaused && this.#tracks.length > 0
  }

  get isPaused(): boolean {
    return this.#isPaused
  }

  duck(): void {
    this.#wantedGain = duckedGain
  }

  unduck(): void {
    this.#wantedGain = 1
  }

  pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#fadesIn = true
    this.#fade ??= this.#breakOff()
    const track = this.#tracks[0]
    if (track?.hasBegun) track.listener.held(track.framesPlayed)
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#fade = undefined
    this.#startIfReady()
  }

  open(listener: TrackListener): Track {
    return new Track(this, listener)
  }

  trackReleased(track: Track): void {
    if (this.#isDisposed || this.#tracks.length >= maxTracks) {
      track.finish('cut')
      return
    }
    this.#tracks.push(track)
    this.#startIfReady()
  }

  trackChanged(track: Track): void {
    if (track === this.#tracks[0]) this.#startIfReady()
  }

  trackCut(track: Track): void {
    const place = this.#tracks.indexOf(track)
    if (place === 0 && track.hasBegun && !this.#isPaused) this.#fade = this.#breakOff()
    if (place >= 0) this.#tracks.splice(place, 1)
    track.finish('cut')
    this.#startIfReady()
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
    for (const track of this.#tracks.splice(0)) track.finish('cut')
    if (this.#beat) this.#rest()
  }

  #startIfReady(): void {
    if (this.#beat || this.#isPaused || this.#isDisposed || !this.#tracks[0]?.isReady) return
    this.#beat = this.#frameClock.start((dueMs) => this.#onBeat(dueMs))
    this.#onBeat(this.#clock.now())
  }

  #onBeat(atMs: number): void {
    try {
      this.#playNext(atMs)
    } catch (fault) {
      // One broken way out must not silence the other rooms of the clock.
      for (const track of this.#tracks.splice(0)) track.finish({ fault })
      this.#stopBeat()
    }
  }

  #playNext(atMs: number): void {
    if (this.#fade) {
      this.#out.play(this.#fade)
      this.#fade = undefined
      this.#lastSample = 0
      return
    }
    while (this.#tracks[0]?.isPlayedOut) this.#tracks.shift()?.finish('played')
    const track = this.#tracks[0]
    if (track === undefined || this.#isPaused) this.#rest()
    else if (track.isReady) this.#playFrame(track, atMs)
    else if (track.hasBegun) this.#playSilence(track, atMs)
    else this.#rest()
  }

  #playFrame(track: Track, atMs: number): void {
    const index = track.framesPlayed
    const frame = track.take()
    if (frame === undefined) return
    if (this.#fadesIn || this.#silentFrames > 0) fadeIn(frame)
    this.#fadesIn = false
    this.#silentFrames = 0
    applyGain(frame, this.#gain, this.#wantedGain)
    this.#gain = this.#wantedGain
    this.#lastSample = frame[frame.length - 1] ?? 0
    // The sound first: what is told about it may take its time.
    this.#out.play(frame)
    track.listener.frame(index, atMs)
  }

  #playSilence(track: Track, atMs: number): void {
    if (this.#silentFrames === 0) track.ranDry(this.#clock.now() - atMs > frameMs)
    this.#silentFrames++
    if (this.#silentFrames > maxSilentFrames) {
      this.#rest()
      return
    }
    this.#out.play(silenceAfter(this.#lastSample, frameSamples))
    this.#lastSample = 0
  }

  /** How a sound that is stopped now ends, if there is one. */
  #breakOff(): Int16Array | undefined {
    if (!this.#beat || this.#silentFrames > 0 || this.#lastSample === 0) return undefined
    const next = this.#tracks[0]?.nextFrame
    return next ? this.#ducked(fadedOut(next)) : silenceAfter(this.#lastSample, frameSamples)
  }

  #ducked(frame: Int16Array): Int16Array {
    applyGain(frame, this.#gain, this.#gain)
    return frame
  }

  #rest(): void {
    this.#stopBeat()
    this.#out.rest()
  }

  #stopBeat(): void {
    this.#beat?.[Symbol.dispose]()
    this.#beat = undefined
    this.#fade = undefined
    this.#lastSample = 0
  }
}

import { randomBytes, randomInt } from 'node:crypto'
import { createEncoder, type OpusEncoderHandle } from 'libopus-wasm'
import { NotAllowedError } from '../world/not-allowed-error.ts'
import { preciseNow } from './now.ts'
import { everyMs, pause } from './pacing.ts'
import type { Room } from './room.ts'
import { frameMs, type Sound, sampleRateHz, samplesPerFrame, silenceFrame, toFrames } from './sound.ts'

/** What is wrong with the packets of an utterance, if anything. */
export type Damage =
  /** Cannot be decrypted end to end, as after a lost transition. */
  | 'end-to-end'
  /** The tag of the transport encryption is wrong. */
  | 'transport'
  /** Not end-to-end encrypted though the call is. */
  | 'unencrypted'

export interface SpeakOptions {
  readonly signal?: AbortSignal
  readonly damage?: Damage
  /** Twenty times as fast as anybody talks: a flood. Faster, and the system's own buffers lose packets. */
  readonly isBurst?: boolean
  /** Silence frames after it; five, as clients send, unless told. */
  readonly silenceFrames?: number
}

/** When it was sent, in milliseconds of the Unix epoch with a fraction. */
export interface Spoken {
  readonly startedAt: number
  /** The end of the last frame of the sound itself. */
  readonly endedAt: number
  readonly frames: number
}

/** Before which frame op 5 comes when it is late. */
const lateFrame = 5

/** Somebody with a microphone in a voice channel. */
export class Speaker implements Disposable {
  readonly userId: string
  readonly ssrc: number
  readonly room: Room
  #encoder: Promise<OpusEncoderHandle> | undefined
  #sequence = randomInt(65_536)
  /** RTP time runs on in pauses; this is where it stood at `#timeAt`. */
  #timestamp = randomInt(2 ** 32)
  #timeAt = preciseNow()
  #isSpeaking = false
  readonly #gone = new AbortController()

  constructor(room: Room, userId: string, ssrc: number) {
    this.room = room
    this.userId = userId
    this.ssrc = ssrc
  }

  /** Talks in real time: op 5, a frame each 20 ms, silence frames, op 5. Cut off when they leave. */
  async speaks(sound: Sound, options: SpeakOptions = {}): Promise<Spoken> {
    if (this.#isSpeaking) throw new NotAllowedError('this person is talking already')
    this.#isSpeaking = true
    try {
      return await this.#talk(toFrames(sound), options)
    } finally {
      this.#isSpeaking = false
    }
  }

  [Symbol.dispose](): void {
    this.#gone.abort(new NotAllowedError('this person left the channel'))
    void this.#encoder?.then((encoder) => encoder.free())
  }

  async #talk(frames: readonly Int16Array[], options: SpeakOptions): Promise<Spoken> {
    const { signal, isBurst = false, silenceFrames = 5 } = options
    const encoder = await this.#openEncoder()
    const stop = signal === undefined ? this.#gone.signal : AbortSignal.any([signal, this.#gone.signal])
    const spoken = { startedAt: 0, endedAt: 0, frames: 0 }
    try {
      await this.#begin(stop)
      spoken.startedAt = spoken.endedAt = preciseNow()
      for await (const n of everyMs(isBurst ? 1 : frameMs, frames.length + silenceFrames, stop)) {
        const frame = frames[n]
        this.#announceLate(n)
        this.#send(frame === undefined ? silenceFrame : Buffer.from(encoder.encode(frame)), options.damage)
        if (frame === undefined) continue
        spoken.frames += 1
        spoken.endedAt = preciseNow() + frameMs
      }
    } catch (error) {
      // Who leaves in the middle of a sentence is cut off; that is no fault.
      if (!this.#gone.signal.aborted) throw error
    } finally {
      if (this.room.behaviour.announcesSpeaking !== 'never') this.room.announceSpeaking(this, false)
    }
    return spoken
  }

  #openEncoder(): Promise<OpusEncoderHandle> {
    this.#encoder ??= createEncoder({ channels: 1, sampleRate: sampleRateHz, bitrate: 64_000 })
    return this.#encoder
  }

  async #begin(signal: AbortSignal): Promise<void> {
    const { announcesSpeaking, speakingLeadMs } = this.room.behaviour
    if (announcesSpeaking === 'before') this.room.announceSpeaking(this, true)
    await pause(speakingLeadMs, signal)
    const pauseFrames = Math.floor((preciseNow() - this.#timeAt) / frameMs)
    this.#timestamp = (this.#timestamp + pauseFrames * samplesPerFrame) >>> 0
  }

  #announceLate(frame: number): void {
    const isLate = this.room.behaviour.announcesSpeaking === 'after'
    if (isLate && frame === lateFrame) this.room.announceSpeaking(this, true)
  }

  #send(opus: Buffer, damage: Damage | undefined): void {
    this.#sequence = (this.#sequence + 1) & 0xffff
    this.#timestamp = (this.#timestamp + samplesPerFrame) >>> 0
    this.#timeAt = preciseNow()
    const fields = { sequence: this.#sequence, timestamp: this.#timestamp, ssrc: this.ssrc }
    this.room.sendToBot(this, fields, damage === 'end-to-end' ? garbled(opus) : opus, damage)
  }
}

/** Looks end-to-end encrypted (the marker is at its end) but is noise. */
function garbled(opus: Buffer): Buffer {
  return Buffer.concat([randomBytes(opus.length + 8), Buffer.from([0x0c, 0xfa, 0xfa])])
}

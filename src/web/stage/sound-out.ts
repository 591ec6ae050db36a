import { randomUUID } from 'node:crypto'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { frameMs, type StageEvent } from '#core/protocol/stage.ts'
import { toEpochMs, type VoiceClock } from '#core/voice/clock.ts'
import { frameSamples, playoutRateHz } from '#core/voice/frame.ts'
import type { AudioOut } from '#core/voice/playout/audio-out.ts'

/** Frames are sent three at a time: sixty milliseconds later, a third of the messages. */
const batchFrames = 3
/** A beat that is off by more than this is a new beginning; less is the timer's. */
const slackMs = 60

/** Sends what a room plays to the viewers that play sound themselves. */
export class SoundOut implements AudioOut {
  readonly #clock: VoiceClock
  readonly #tell: (event: StageEvent) => void
  #frames: Int16Array[] = []
  #count = 0
  #startsAt = 0
  #utteranceId = ''

  constructor(clock: VoiceClock, tell: (event: StageEvent) => void) {
    this.#clock = clock
    this.#tell = tell
  }

  /** Named in the frames, so that a cut finds them. */
  begin(utteranceId: string): void {
    this.#send()
    this.#utteranceId = utteranceId
    this.#count = 0
  }

  play(frame: Int16Array): void {
    const now = toEpochMs(this.#clock.now())
    const due = this.#startsAt + this.#count * frameMs
    if (this.#count === 0 || Math.abs(now - due) > slackMs) {
      this.#send()
      this.#startsAt = now - this.#count * frameMs
    }
    this.#frames.push(frame)
    this.#count++
    if (this.#frames.length === batchFrames) this.#send()
  }

  rest(): void {
    this.#send()
  }

  #send(): void {
    const frames = this.#frames
    if (frames.length === 0) return
    this.#frames = []
    const firstFrame = this.#count - frames.length
    const samples = new Int16Array(frames.length * frameSamples)
    for (const [index, frame] of frames.entries()) samples.set(frame, index * frameSamples)
    this.#tell({
      v: protocolVersion,
      id: randomUUID(),
      at: Math.round(toEpochMs(this.#clock.now())),
      correlationId: this.#utteranceId,
      type: 'stage.audio',
      utteranceId: this.#utteranceId,
      firstFrame,
      playAt: this.#startsAt + firstFrame * frameMs,
      sampleRateHz: playoutRateHz,
      pcm: new Uint8Array(samples.buffer),
    })
  }
}

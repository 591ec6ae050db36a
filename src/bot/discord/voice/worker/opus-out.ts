import { frameMs } from '#core/protocol/stage.ts'
import type { VoiceClock } from '#core/voice/clock.ts'
import type { OpusEncoder } from '#core/voice/opus/opus-encoder.ts'
import type { AudioOut } from '#core/voice/playout/audio-out.ts'

/** Where encoded packets leave; a connection that is not up drops them. */
export interface PacketSink {
  send(packet: Buffer): void
  endSpeaking(): void
}

/** Discord wants five of them before silence, or receivers go on from the last sound (topics/voice-connections.mdx). */
const silence = Buffer.from([0xf8, 0xff, 0xfe])
const silenceFrames = 5

/** The room's frames as Opus packets of one call, for as long as it lasts. */
export class OpusOut implements AudioOut, Disposable {
  readonly #encoder: OpusEncoder
  readonly #sink: PacketSink
  readonly #clock: VoiceClock
  #tail: Disposable | undefined

  constructor(encoder: OpusEncoder, sink: PacketSink, clock: VoiceClock) {
    this.#encoder = encoder
    this.#sink = sink
    this.#clock = clock
  }

  play(frame: Int16Array): void {
    this.#endTail()
    const { buffer, byteOffset, byteLength } = this.#encoder.encode(frame)
    this.#sink.send(Buffer.from(buffer, byteOffset, byteLength))
  }

  rest(): void {
    this.#endTail()
    this.#sendSilence(this.#clock.now(), silenceFrames)
  }

  [Symbol.dispose](): void {
    this.#endTail()
    this.#encoder[Symbol.dispose]()
  }

  #sendSilence(atMs: number, left: number): void {
    if (left === 0) {
      this.#sink.endSpeaking()
      return
    }
    const nextMs = atMs + frameMs
    this.#tail = this.#clock.setTimer(nextMs, () => {
      this.#sink.send(silence)
      this.#sendSilence(nextMs, left - 1)
    })
  }

  #endTail(): void {
    this.#tail?.[Symbol.dispose]()
    this.#tail = undefined
  }
}

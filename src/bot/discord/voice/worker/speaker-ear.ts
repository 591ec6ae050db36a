import type { VoiceClock } from '#core/voice/clock.ts'
import { UnreadableSoundError } from '#core/voice/opus/errors.ts'
import { type OpusDecoder, openOpusDecoder } from '#core/voice/opus/opus-decoder.ts'
import type { SpeakerInput } from '#core/voice/session/session-ports.ts'
import { PacketOrder } from './packet-order.ts'
import type { RtpHeader } from './rtp-header.ts'

/** One person's packets, in order and decoded, on their way to the session. */
export class SpeakerEar implements Disposable {
  readonly #decoder: OpusDecoder
  readonly #order: PacketOrder
  readonly #input: SpeakerInput
  readonly #clock: VoiceClock

  private constructor(decoder: OpusDecoder, input: SpeakerInput, clock: VoiceClock) {
    this.#decoder = decoder
    this.#input = input
    this.#clock = clock
    this.#order = new PacketOrder({
      clock,
      onPacket: (packet) => this.#decode(packet),
      onMissing: (next) => this.#push(decoder.conceal(next)),
    })
  }

  static async open(input: SpeakerInput, clock: VoiceClock): Promise<SpeakerEar> {
    return new SpeakerEar(await openOpusDecoder(), input, clock)
  }

  take(header: RtpHeader, packet: Uint8Array): void {
    this.#order.take(header, packet)
  }

  [Symbol.dispose](): void {
    this.#order[Symbol.dispose]()
    this.#decoder[Symbol.dispose]()
  }

  /** A packet that nobody can read counts as a lost one. */
  #decode(packet: Uint8Array): void {
    try {
      this.#push(this.#decoder.decode(packet))
    } catch (error) {
      if (!(error instanceof UnreadableSoundError)) throw error
      this.#push(this.#decoder.conceal())
    }
  }

  #push(samples: Int16Array): void {
    this.#input.push(samples, this.#clock.now())
  }
}

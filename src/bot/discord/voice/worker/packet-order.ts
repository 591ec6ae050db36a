import type { VoiceClock } from '#core/voice/clock.ts'
import type { RtpHeader } from './rtp-header.ts'

interface OrderedPackets {
  /** The next packet. */
  onPacket(packet: Uint8Array): void
  /** 20 ms are missing; `next` follows the gap directly. */
  onMissing(next: Uint8Array | undefined): void
}

export interface PacketOrderOptions extends OrderedPackets {
  readonly clock: VoiceClock
}

interface Held {
  readonly packet: Uint8Array
  readonly timestamp: number
  readonly atMs: number
}

/** What comes later than this is of no use to a conversation. */
const holdMs = 60
const maxHeld = 4
/** Sound that is made up for longer than this is noise. */
const maxConcealed = 5
/** Farther apart means that the sender began anew. */
const restartDistance = 200
const samplesPerPacket = 960

/**
 * Puts the packets of one sender in their order: one that comes early waits briefly for those before it, and what stays
 * away is reported as missing. Costs no time while all come in order.
 */
export class PacketOrder implements Disposable {
  readonly #options: PacketOrderOptions
  readonly #held = new Map<number, Held>()
  #ssrc: number | undefined
  #next: number | undefined
  #lastTimestamp = 0
  #timer: Disposable | undefined

  constructor(options: PacketOrderOptions) {
    this.#options = options
  }

  take({ ssrc, sequence, timestamp }: RtpHeader, packet: Uint8Array): void {
    const distance = this.#next === undefined ? 0 : distanceFrom(this.#next, sequence)
    if (ssrc !== this.#ssrc || Math.abs(distance) > restartDistance) this.#restart(ssrc, sequence)
    else if (distance < 0) return
    this.#held.set(sequence, { packet, timestamp, atMs: this.#options.clock.now() })
    this.#deliver()
    if (this.#held.size > maxHeld) this.#skip()
    this.#watch()
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
    this.#held.clear()
  }

  #restart(ssrc: number, sequence: number): void {
    this.#held.clear()
    this.#ssrc = ssrc
    this.#next = sequence
  }

  /** All that stands in line without a gap. */
  #deliver(): void {
    for (;;) {
      const held = this.#next === undefined ? undefined : this.#held.get(this.#next)
      if (held === undefined || this.#next === undefined) return
      this.#held.delete(this.#next)
      this.#next = (this.#next + 1) & 0xffff
      this.#lastTimestamp = held.timestamp
      this.#options.onPacket(held.packet)
    }
  }

  /** Gives up on what is missing before the earliest that is held. */
  #skip(): void {
    const [earliest] = [...this.#held].sort(
      ([a], [b]) => distanceFrom(this.#next ?? 0, a) - distanceFrom(this.#next ?? 0, b),
    )
    if (earliest === undefined || this.#next === undefined) return
    const [sequence, { packet, timestamp }] = earliest
    const missing = distanceFrom(this.#next, sequence)
    // A pause between sentences makes the time jump, and is no loss.
    const elapsed = Math.round(((timestamp - this.#lastTimestamp) >>> 0) / samplesPerPacket) - 1
    const concealed = Math.min(missing, Math.max(0, elapsed), maxConcealed)
    for (let index = 0; index < concealed; index++)
      this.#options.onMissing(index === concealed - 1 ? packet : undefined)
    this.#next = sequence
    this.#deliver()
  }

  #watch(): void {
    this.#timer?.[Symbol.dispose]()
    this.#timer = undefined
    if (this.#held.size === 0) return
    const oldest = Math.min(...[...this.#held.values()].map(({ atMs }) => atMs))
    this.#timer = this.#options.clock.setTimer(oldest + holdMs, () => {
      this.#skip()
      this.#watch()
    })
  }
}

/** How far `sequence` is ahead, between -32,768 and 32,767: numbers start again after 65,535. */
function distanceFrom(expected: number, sequence: number): number {
  return ((sequence - expected + 0x8000) & 0xffff) - 0x8000
}

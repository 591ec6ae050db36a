/** A packet of the bot as it came. */
export interface HeardPacket {
  /** When it came, in milliseconds of the Unix epoch with a fraction. */
  readonly at: number
  /** The voice session that sent it; sequence numbers begin anew with each. */
  readonly sessionId: string
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  /** Opus; undefined when a layer of encryption could not be taken off. */
  readonly opus: Buffer | undefined
  /** Whether it was end-to-end encrypted. */
  readonly isEndToEnd: boolean
}

/** 20 minutes of sound; then the oldest is forgotten. */
const maxPackets = 60_000

/** What the people in a channel hear of the bot. */
export class Hearing {
  /** Packets that nobody could read: sealed with another key, or not RTP. */
  unreadable = 0
  #packets: HeardPacket[] = []

  get packets(): readonly HeardPacket[] {
    return this.#packets
  }

  hear(packet: HeardPacket): void {
    this.#packets.push(packet)
    // Cut in large pieces: shifting each time would cost more than the sound itself.
    if (this.#packets.length > maxPackets * 1.1) this.#packets = this.#packets.slice(-maxPackets)
  }
}

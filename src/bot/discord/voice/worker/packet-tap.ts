import { AudioReceiveStream, EndBehaviorType } from '@discordjs/voice'

export interface PacketTapOptions {
  onPacket(packet: Buffer): void
  onFault(error: Error): void
}

/**
 * Takes packets from the receiver of @discordjs/voice at the very moment when it has decrypted them. Its own stream would
 * lose them from sight (no sequence numbers, a queue before the first reader), and would end with the first packet that
 * cannot be decrypted (https://github.com/discordjs/discord.js/issues/11445).
 */
export class PacketTap extends AudioReceiveStream {
  readonly #options: PacketTapOptions

  constructor(options: PacketTapOptions) {
    super({ end: { behavior: EndBehaviorType.Manual } })
    this.#options = options
  }

  override push(packet: Buffer | null): boolean {
    if (packet !== null) this.#options.onPacket(packet)
    return true
  }

  override destroy(error?: Error): this {
    if (error) this.#options.onFault(error)
    return this
  }
}

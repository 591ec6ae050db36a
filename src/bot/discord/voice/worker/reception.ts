import type { Networking, VoiceConnection } from '@discordjs/voice'
import { PacketTap } from './packet-tap.ts'
import { type DeafReason, ReceptionWatch } from './reception-watch.ts'
import { type RtpHeader, readRtpHeader } from './rtp-header.ts'

export interface ReceptionOptions {
  /** Who is listened to; of everybody else nothing is decrypted. */
  isHeard(userId: string): boolean
  isKnown(userId: string): boolean
  /** Everybody in the channel whose microphone is on. */
  senders(): readonly string[]
  onPacket(userId: string, header: RtpHeader, packet: Buffer): void
  onDeaf(reason: DeafReason): void
  /** The voice server names somebody whom nobody else did. */
  onStranger(userId: string): void
}

const judgeEveryMs = 1_000
/** Ends a frame that is still encrypted end to end (DAVE protocol whitepaper, "Payload format"). */
const encryptedMarker = Buffer.from([0xfa, 0xfa])
/** Discord's clients send it between words, never encrypted: hearing it proves nothing. */
const silence = Buffer.from([0xf8, 0xff, 0xfe])

/** What one connection receives, by person. */
export class Reception implements Disposable {
  readonly #options: ReceptionOptions
  readonly #connection: VoiceConnection
  readonly #watch: ReceptionWatch
  readonly #timer: NodeJS.Timeout
  readonly #taps = new Map<string, PacketTap>()
  readonly #strangers = new Set<string>()
  #current: RtpHeader | undefined

  constructor(connection: VoiceConnection, options: ReceptionOptions) {
    this.#connection = connection
    this.#options = options
    this.#watch = new ReceptionWatch({
      onDeaf: (reason) => options.onDeaf(reason),
      onUnannounced: (ssrc) => this.#guess(ssrc),
    })
    this.#timer = setInterval(() => this.#watch.judge(), judgeEveryMs).unref()
    connection.receiver.ssrcMap.on('update', (_before, { userId }) => this.#meet(userId))
  }

  /** Reads the header of each packet just before the receiver decrypts it. */
  attach(networking: Networking): void {
    let socket = 'udp' in networking.state ? networking.state.udp : undefined
    const onMessage = (message: Buffer) => this.#note(message)
    socket?.prependListener('message', onMessage)
    networking.on('stateChange', (_before, now) => {
      const next = 'udp' in now ? now.udp : undefined
      if (next === socket) return
      socket = next
      socket?.prependListener('message', onMessage)
    })
  }

  /** Call when who is heard has changed, too. */
  listen(): void {
    const { subscriptions } = this.#connection.receiver
    for (const userId of this.#options.senders()) {
      if (!this.#options.isHeard(userId) || subscriptions.has(userId)) continue
      subscriptions.set(userId, this.#tap(userId))
    }
    for (const userId of subscriptions.keys())
      if (!this.#options.isHeard(userId)) subscriptions.delete(userId)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#connection.receiver.subscriptions.clear()
  }

  /** Everybody who was there before us. */
  meetAll(): void {
    const { state } = this.#connection
    const networking = 'networking' in state ? state.networking.state : undefined
    if (networking === undefined || !('connectionData' in networking)) return
    for (const userId of networking.connectionData.connectedClients ?? []) this.#meet(userId)
  }

  #meet(userId: string): void {
    if (!this.#options.isKnown(userId) && !this.#strangers.has(userId)) {
      this.#strangers.add(userId)
      this.#options.onStranger(userId)
    }
    this.listen()
  }

  #tap(userId: string): PacketTap {
    const known = this.#taps.get(userId)
    if (known) return known
    const tap = new PacketTap({
      onPacket: (packet) => this.#take(userId, packet),
      onFault: () => undefined,
    })
    this.#taps.set(userId, tap)
    return tap
  }

  #note(message: Buffer): void {
    const header = readRtpHeader(message)
    this.#current = header
    if (header === undefined) return
    const sender = this.#connection.receiver.ssrcMap.get(header.ssrc)
    if (sender === undefined) this.#watch.unannounced(header.ssrc)
    else if (this.#options.isHeard(sender.userId)) this.#watch.sent(sender.userId)
  }

  #take(userId: string, packet: Buffer): void {
    const header = this.#current
    if (header === undefined || packet.subarray(-2).equals(encryptedMarker)) return
    if (!packet.equals(silence)) this.#watch.decrypted(userId)
    this.#options.onPacket(userId, header, packet)
  }

  /**
   * Discord tells whose packets are whose when somebody begins to speak, and perhaps not again to a bot that joined anew.
   * Where only one person can be meant, it is them; a wrong guess would not decrypt.
   */
  #guess(ssrc: number): void {
    const { ssrcMap } = this.#connection.receiver
    const unnamed = this.#options.senders().filter((userId) => ssrcMap.get(userId) === undefined)
    const [only] = unnamed
    if (only !== undefined && unnamed.length === 1) ssrcMap.update({ userId: only, audioSSRC: ssrc })
  }
}

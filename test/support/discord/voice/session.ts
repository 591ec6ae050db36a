import { randomBytes, randomUUID } from 'node:crypto'
import type { VoiceConnection } from './connection.ts'
import { extensionBody, type RtpFields, rtpHeader } from './rtp.ts'
import { open, seal, type TransportKey, type TransportMode } from './transport-cipher.ts'

export interface UdpAddress {
  readonly address: string
  readonly port: number
}

export interface NewSession {
  readonly guildId: string
  readonly channelId: string
  readonly sessionId: string
  /** Of the gateway connection that asked for it. */
  readonly gatewaySessionId: string
}

interface SentMessage {
  readonly seq: number
  readonly data: string | Uint8Array
}

/** Messages kept for a resume; the oldest go first. */
const maxKept = 2_000

/** The bot in one voice channel, from the answer to op 4 until it leaves or joins anew. */
export class VoiceSession {
  readonly guildId: string
  readonly channelId: string
  readonly sessionId: string
  readonly gatewaySessionId: string
  readonly ssrc: number
  readonly token = randomUUID()
  /** Absent while the bot has not connected, or is away and may resume. */
  connection: VoiceConnection | undefined
  /** Whether op 2 was sent: from then on it is told who comes and goes. */
  isIdentified = false
  /** The end-to-end protocol that both sides know; 0 for none. */
  daveVersion = 0
  /** Where its packets come from. */
  address: UdpAddress | undefined
  /** The last message that the bot says it has seen. */
  lastAck = -1
  readonly #secret = randomBytes(32)
  #transport: TransportKey | undefined
  #packets = 0
  #seq = 0
  readonly #kept: SentMessage[] = []

  constructor({ guildId, channelId, sessionId, gatewaySessionId }: NewSession, ssrc: number) {
    this.guildId = guildId
    this.channelId = channelId
    this.sessionId = sessionId
    this.gatewaySessionId = gatewaySessionId
    this.ssrc = ssrc
  }

  /** Whether it was told the key: sound can go both ways. */
  get isReady(): boolean {
    return this.#transport !== undefined
  }

  /** The choice of op 1. Returns the key for op 4. */
  useMode(mode: TransportMode): Uint8Array {
    this.#transport = { mode, key: this.#secret }
    return this.#secret
  }

  send(op: number, d: object): void {
    this.#seq += 1
    this.#keepAndSend(JSON.stringify({ op, d, seq: this.#seq }))
  }

  /** To the client: sequence number, op, payload. */
  sendBinary(op: number, payload: Uint8Array): void {
    this.#seq += 1
    const head = Buffer.alloc(3)
    head.writeUInt16BE(this.#seq & 0xffff, 0)
    head.writeUInt8(op, 2)
    this.#keepAndSend(Buffer.concat([head, payload]))
  }

  /** Sends again what the bot has not seen. */
  replayAfter(seq: number): number {
    const missed = this.#kept.filter((message) => message.seq > seq)
    for (const { data } of missed) this.connection?.send(data)
    return missed.length
  }

  /** A packet for the bot; undefined before it has a key. */
  seal(fields: RtpFields, audio: Uint8Array): Buffer | undefined {
    if (this.#transport === undefined) return undefined
    this.#packets += 1
    const payload = Buffer.concat([extensionBody, audio])
    return seal(this.#transport, rtpHeader(fields), payload, this.#packets)
  }

  /** What is in a packet from the bot; undefined when it cannot be read. */
  open(packet: Buffer): Buffer | undefined {
    return this.#transport === undefined ? undefined : open(this.#transport, packet)
  }

  #keepAndSend(data: string | Uint8Array): void {
    this.#kept.push({ seq: this.#seq, data })
    if (this.#kept.length > maxKept) this.#kept.shift()
    this.connection?.send(data)
  }
}

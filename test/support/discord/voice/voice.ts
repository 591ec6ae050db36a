import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { VoiceCloseCodes, VoiceOpcodes } from 'discord-api-types/voice/v8'
import { type WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../deadline.ts'
import type { DiscordState } from '../state/state.ts'
import { type VoiceBehaviour, type VoiceOptions, voiceBehaviour } from './behaviour.ts'
import { voiceCertificate } from './certificate.ts'
import { maxPayloadBytes, VoiceConnection } from './connection.ts'
import { handleDaveBinary } from './dave/dave-opcodes.ts'
import { isStage, mayListen, maySpeak } from './floor.ts'
import { Line } from './impairment.ts'
import { MediaSocket } from './media-socket.ts'
import { VoiceModeration } from './moderation.ts'
import { handleVoicePayload } from './opcodes.ts'
import { Room } from './room.ts'
import { type NewSession, type UdpAddress, VoiceSession } from './session.ts'

/** The voice servers of this Discord: gateway version 8 over TLS and the UDP media beside it. */
export class Voice implements AsyncDisposable {
  readonly state: DiscordState
  /** What may be changed while it runs. */
  readonly behaviour: VoiceBehaviour
  /** By guild: the bot is in one channel of each. */
  readonly sessions = new Map<string, VoiceSession>()
  readonly connections = new Set<VoiceConnection>()
  /** The two directions of the line; give them an impairment. */
  readonly toBot = new Line()
  readonly fromBot = new Line()
  readonly moderation = new VoiceModeration(this)
  readonly #bySsrc = new Map<number, VoiceSession>()
  readonly #rooms = new Map<string, Room>()
  readonly #https: Server
  readonly #sockets: WebSocketServer
  readonly #watch: NodeJS.Timeout
  #media: MediaSocket | undefined
  #accepted = 0
  #ssrc = 1_000

  private constructor(state: DiscordState, options: VoiceOptions) {
    this.state = state
    this.behaviour = voiceBehaviour(options)
    this.#https = createServer(voiceCertificate())
    this.#sockets = new WebSocketServer({ server: this.#https, maxPayload: maxPayloadBytes })
    this.#sockets.on('connection', (socket, request) => this.#accept(socket, request.url ?? '/'))
    this.#watch = setInterval(() => this.#endSilent(), 1_000).unref()
  }

  static async start(state: DiscordState, options: VoiceOptions = {}): Promise<Voice> {
    const voice = new Voice(state, options)
    await new Promise<void>((resolve) => voice.#https.listen(0, '127.0.0.1', resolve))
    voice.#media = await MediaSocket.listen({
      discovered: (ssrc, from) => voice.#discovered(ssrc, from),
      packet: (packet, from, at) =>
        voice.fromBot.pass((passedAt) => voice.#receive(packet, from, passedAt), at),
    })
    return voice
  }

  /** What VOICE_SERVER_UPDATE names. */
  get endpoint(): string {
    return `127.0.0.1:${(this.#https.address() as AddressInfo).port}`
  }

  get udpPort(): number {
    return this.#media?.port ?? 0
  }

  /** Keep-alives of the bot's UDP sockets so far. */
  get keepAlives(): number {
    return this.#media?.keepAlives ?? 0
  }

  room(channelId: string): Room {
    const known = this.#rooms.get(channelId)
    if (known !== undefined) return known
    const { behaviour, state } = this
    const room = new Room(
      { channelId, botId: state.bot.id, hasDave: !isStage(state, channelId) },
      {
        behaviour,
        ledger: state.ledger,
        maySpeak: (userId) => maySpeak(state, channelId, userId),
        mayListen: (userId) => mayListen(state, channelId, userId),
        send: (session, packet) => this.#send(session, packet),
      },
    )
    this.#rooms.set(channelId, room)
    return room
  }

  /** Changes some of the behaviour. */
  behave({ dave, ...others }: VoiceOptions): void {
    Object.assign(this.behaviour, others)
    Object.assign(this.behaviour.dave, dave)
  }

  /** A place for the bot, which has yet to connect there. Another process of the bot loses its place (4014). */
  openSession(place: NewSession): VoiceSession {
    const before = this.sessions.get(place.guildId)
    if (before !== undefined) this.#takeOut(before)
    if (before?.gatewaySessionId !== place.gatewaySessionId)
      before?.connection?.end(VoiceCloseCodes.Disconnected)
    const session = new VoiceSession(place, this.newSsrc())
    this.sessions.set(place.guildId, session)
    this.#bySsrc.set(session.ssrc, session)
    return session
  }

  closeSession(guildId: string, code: number = VoiceCloseCodes.Disconnected): void {
    const session = this.sessions.get(guildId)
    if (session === undefined) return
    this.sessions.delete(guildId)
    this.#takeOut(session)
    session.connection?.end(code)
  }

  /** Cuts the bot's voice sockets, abruptly or with a close code; the session stays and may be resumed. */
  cut(code?: number, guildId?: string): void {
    for (const connection of this.connections) {
      if (guildId === undefined || connection.session?.guildId === guildId) connection.end(code)
    }
  }

  newSsrc(): number {
    this.#ssrc += 1
    return this.#ssrc
  }

  /** Until the bot is in the channel and sound can go both ways. */
  async waitUntilReady(channelId: string, deadlineMs = 10_000): Promise<void> {
    const look = () => this.room(channelId).isConnected || undefined
    await eventually(this.state.ledger, look, { what: 'the bot in the voice channel', deadlineMs })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch)
    for (const room of this.#rooms.values()) room[Symbol.dispose]()
    this.toBot[Symbol.dispose]()
    this.fromBot[Symbol.dispose]()
    for (const connection of this.connections) connection.end()
    await new Promise<void>((resolve) => this.#sockets.close(() => resolve()))
    this.#https.closeAllConnections()
    await new Promise<void>((resolve) => this.#https.close(() => resolve()))
    await this.#media?.[Symbol.asyncDispose]()
  }

  #takeOut(session: VoiceSession): void {
    this.#bySsrc.delete(session.ssrc)
    const room = this.room(session.channelId)
    if (room.session === session) room.botLeaves()
  }

  #accept(socket: WebSocket, url: string): void {
    this.#accepted += 1
    const connection = new VoiceConnection(this.#accepted, socket, {
      payload: (from, op, d) => this.#attempt(() => handleVoicePayload(this, from, op, d)),
      binary: (from, op, payload) => this.#attempt(() => handleDaveBinary(this, from, op, payload)),
      closed: (from, code, by) => this.#closed(from, code, by),
    })
    this.connections.add(connection)
    this.state.ledger.append({ type: 'voice.opened', connection: connection.number, path: url })
    const { refusal, heartbeatIntervalMs } = this.behaviour
    if (refusal?.at === 'open') connection.end(refusal.code)
    else connection.send(JSON.stringify(hello(heartbeatIntervalMs)))
  }

  /** What the bot sends must not end the stand-in: a commit that cannot be read, say. */
  #attempt(handle: () => number | undefined): number | undefined {
    try {
      return handle()
    } catch (error) {
      this.state.ledger.append({ type: 'stand-in.failed', error: String(error) })
      return VoiceCloseCodes.BadRequest
    }
  }

  #closed(connection: VoiceConnection, code: number, by: 'bot' | 'stand-in'): void {
    this.connections.delete(connection)
    const { session, number } = connection
    if (session?.connection === connection) session.connection = undefined
    this.state.ledger.append({
      type: 'voice.closed',
      connection: number,
      guildId: session?.guildId,
      code,
      by,
    })
  }

  #discovered(ssrc: number, from: UdpAddress): boolean {
    const session = this.#bySsrc.get(ssrc)
    if (session !== undefined) session.address = { address: from.address, port: from.port }
    return session !== undefined
  }

  #receive(packet: Buffer, from: UdpAddress, at: number): void {
    if (packet.length < 12) return
    const session = this.#bySsrc.get(packet.readUInt32BE(8))
    if (session === undefined) return
    session.address = { address: from.address, port: from.port }
    const room = this.room(session.channelId)
    if (room.session === session) room.receive(session, packet, at)
  }

  #send({ address }: VoiceSession, packet: Buffer): void {
    if (address !== undefined) this.toBot.pass(() => this.#media?.send(packet, address))
  }

  /** "3 missed" is the client's rule; ours is the gateway's: nothing for two intervals. */
  #endSilent(): void {
    const oldest = performance.now() - 2 * this.behaviour.heartbeatIntervalMs
    for (const connection of this.connections) {
      if (connection.lastHeartbeatAt < oldest) connection.end(VoiceCloseCodes.SessionTimeout)
    }
  }
}

const hello = (heartbeatIntervalMs: number) => ({
  op: VoiceOpcodes.Hello,
  d: { v: 8, heartbeat_interval: heartbeatIntervalMs },
})

import type { Server } from 'node:http'
import { GatewayCloseCodes, GatewayOpcodes } from 'discord-api-types/v10'
import { type WebSocket, WebSocketServer } from 'ws'
import { eventually } from '../deadline.ts'
import type { DiscordState } from '../state/state.ts'
import { GatewayConnection } from './connection.ts'
import type { Delivery } from './delivery.ts'
import type { GatewayOptions, GatewayState } from './gateway-state.ts'
import { handlePayload } from './opcodes.ts'
import { publish } from './publish.ts'
import { invalidSession } from './sessions.ts'

/** "Reconnect and start a new session" (opcodes-and-status-codes.mdx, "Gateway Close Event Codes") */
const voiding: readonly number[] = [GatewayCloseCodes.InvalidSeq, GatewayCloseCodes.SessionTimedOut]

const undisturbed: Delivery = (dispatch, send) => send(dispatch)

/** The gateway of API version 10 (developers/events/gateway.mdx), JSON without compression, and its faults. */
export class Gateway implements AsyncDisposable {
  readonly state: GatewayState
  readonly #server: WebSocketServer
  readonly #watch: NodeJS.Timeout
  #delivery: Delivery = undisturbed
  #accepted = 0

  constructor(discord: DiscordState, httpServer: Server, options: GatewayOptions) {
    this.state = {
      discord,
      options,
      sessions: new Map(),
      connections: new Set(),
      identified: [],
      acksHeartbeats: true,
      refusesConnections: false,
    }
    this.#server = new WebSocketServer({ server: httpServer })
    this.#server.on('connection', (socket, request) => this.#accept(socket, request.url ?? '/'))
    this.#watch = setInterval(() => this.#endSilent(), options.heartbeatIntervalMs).unref()
    discord.emit = (dispatch) => this.#delivery(dispatch, (delivered) => publish(this.state, delivered))
  }

  /** Whether a bot is connected and identified. */
  get isLive(): boolean {
    return [...this.state.sessions.values()].some((session) => session.connection?.isOpen)
  }

  async waitUntilLive(deadlineMs = 10_000): Promise<void> {
    const look = () => (this.isLive ? true : undefined)
    await eventually(this.state.discord.ledger, look, { what: 'a connected bot', deadlineMs })
  }

  /** From now on events pass through here; undefined delivers them as they come. */
  set delivery(delivery: Delivery | undefined) {
    this.#delivery = delivery ?? undisturbed
  }

  /** Stops or starts answering heartbeats; without answers the bot should drop the connection and resume. */
  set acksHeartbeats(value: boolean) {
    this.state.acksHeartbeats = value
  }

  /** With true, new connections are closed at once: Discord is away. */
  set refusesConnections(value: boolean) {
    this.state.refusesConnections = value
  }

  /** Cuts every connection, abruptly or with a close code. 4007 and 4009 void the sessions; else they can be resumed. */
  cut(code?: number): void {
    for (const connection of this.state.connections) connection.end(code)
    if (code !== undefined && voiding.includes(code)) this.state.sessions.clear()
  }

  /** Op 7: the bot should reconnect and resume. */
  askToReconnect(): void {
    for (const connection of this.state.connections)
      connection.send({ op: GatewayOpcodes.Reconnect, d: null })
  }

  /** Op 9 to every session. */
  invalidate({ resumable }: { resumable: boolean }): void {
    for (const connection of this.state.connections) {
      invalidSession(this.state, connection, connection.session?.id ?? '', resumable)
    }
  }

  /** Op 1 from the server: the bot must send a heartbeat at once. */
  askForHeartbeat(): void {
    for (const connection of this.state.connections)
      connection.send({ op: GatewayOpcodes.Heartbeat, d: null })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#watch)
    for (const connection of this.state.connections) connection.end()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #accept(socket: WebSocket, url: string): void {
    const { discord, connections, options } = this.state
    this.#accepted += 1
    const connection = new GatewayConnection(this.#accepted, socket, {
      payload: (from, op, d) => handlePayload(this.state, from, op, d),
      lost: (from) => this.#lost(from),
      closed: (from, code, by) => this.#closed(from, code, by),
    })
    connections.add(connection)
    discord.ledger.append({ type: 'gateway.opened', connection: connection.number, path: url })
    const refusal = this.#refusalOf(url)
    if (refusal !== undefined) connection.end(refusal)
    else connection.send({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: options.heartbeatIntervalMs } })
  }

  #refusalOf(url: string): GatewayCloseCodes | undefined {
    const query = new URL(url, 'http://gateway.invalid').searchParams
    if (this.state.refusesConnections) return GatewayCloseCodes.UnknownError
    if (query.get('v') !== '10') return GatewayCloseCodes.InvalidAPIVersion
    return query.get('encoding') === 'json' ? undefined : GatewayCloseCodes.DecodeError
  }

  #lost({ session }: GatewayConnection): void {
    if (session === undefined) return
    session.connection = undefined
    session.lostAt = this.state.discord.clock.now()
  }

  #closed(connection: GatewayConnection, code: number, by: 'bot' | 'stand-in'): void {
    const { discord, connections, sessions } = this.state
    const { session, number } = connection
    connections.delete(connection)
    // "close code 1000 or 1001, your session will be invalidated" (gateway.mdx, "Initiating a Disconnect")
    const isPolite = by === 'bot' && (code === 1000 || code === 1001)
    if (isPolite && session !== undefined && session.connection === undefined) sessions.delete(session.id)
    discord.ledger.append({ type: 'gateway.closed', connection: number, code, by })
  }

  /** A missing heartbeat: "your connection will be closed and you will be forced to Resume". The code is not told. */
  #endSilent(): void {
    const oldest = performance.now() - 2 * this.state.options.heartbeatIntervalMs
    for (const connection of this.state.connections) {
      if (connection.lastHeartbeatAt < oldest) connection.end(GatewayCloseCodes.UnknownError)
    }
  }
}

import { GatewayCloseCodes } from 'discord-api-types/v10'
import type { WebSocket } from 'ws'
import { z } from 'zod'
import type { GatewaySession } from './session.ts'

const Payload = z.object({ op: z.number().int(), d: z.unknown() })
type Payload = z.infer<typeof Payload>

/** "Must not exceed 4096 bytes" (gateway.mdx, "Sending Events") */
const maxPayloadBytes = 4_096
/** 120 events a minute and connection (gateway.mdx, "Rate Limiting") */
const maxEventsPerMinute = 120

export interface ConnectionEvents {
  /** Returns the code to close with, if the payload is refused. */
  payload(connection: GatewayConnection, op: number, d: unknown): GatewayCloseCodes | undefined
  /** From here on nothing arrives any more; told once, before `closed`. */
  lost(connection: GatewayConnection): void
  closed(connection: GatewayConnection, code: number, by: 'bot' | 'stand-in'): void
}

/** One WebSocket of the bot, from hello to close. */
export class GatewayConnection {
  readonly number: number
  session: GatewaySession | undefined
  /** On the machine's monotonic clock, like all that concerns the socket itself. */
  lastHeartbeatAt: number
  readonly #socket: WebSocket
  #receivedAt: number[] = []
  readonly #events: ConnectionEvents
  #endedByUs = false
  #isLost = false

  constructor(number: number, socket: WebSocket, events: ConnectionEvents) {
    this.number = number
    this.#socket = socket
    this.#events = events
    this.lastHeartbeatAt = performance.now()
    socket.on('message', (data) => this.#receive(Buffer.from(data as Buffer)))
    socket.on('close', (code) => this.#closed(code))
    socket.on('error', () => socket.terminate())
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN && !this.#isLost
  }

  /** Returns whether the socket took it. */
  send(payload: object): boolean {
    if (!this.isOpen) return false
    this.#socket.send(JSON.stringify(payload))
    return true
  }

  /** Ends the connection with a close code, or abruptly without one. */
  end(code?: number): void {
    this.#endedByUs = true
    this.#lose()
    if (code === undefined) this.#socket.terminate()
    else this.#socket.close(code)
  }

  #lose(): void {
    if (this.#isLost) return
    this.#isLost = true
    this.#events.lost(this)
  }

  #closed(code: number): void {
    this.#lose()
    this.#events.closed(this, code, this.#endedByUs ? 'stand-in' : 'bot')
  }

  #receive(bytes: Buffer): void {
    if (!this.isOpen) return
    const refusal = this.#refusalOf(bytes)
    if (refusal !== undefined) this.end(refusal)
  }

  #refusalOf(bytes: Buffer): GatewayCloseCodes | undefined {
    if (this.#isFlooding()) return GatewayCloseCodes.RateLimited
    const payload = bytes.length > maxPayloadBytes ? undefined : parse(bytes)
    return payload === undefined
      ? GatewayCloseCodes.DecodeError
      : this.#events.payload(this, payload.op, payload.d)
  }

  #isFlooding(): boolean {
    const now = performance.now()
    this.#receivedAt = [...this.#receivedAt.filter((at) => at > now - 60_000), now]
    return this.#receivedAt.length > maxEventsPerMinute
  }
}

function parse(bytes: Buffer): Payload | undefined {
  try {
    return Payload.parse(JSON.parse(bytes.toString()))
  } catch {
    return undefined
  }
}

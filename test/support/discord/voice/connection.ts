import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { VoiceSession } from './session.ts'

const Payload = z.object({ op: z.number().int(), d: z.unknown() })

/** Larger than any key package or commit of a test; what is larger closes the connection. */
export const maxPayloadBytes = 65_536

export interface VoiceConnectionEvents {
  /** Each returns the code to close with, if the payload is refused. */
  payload(connection: VoiceConnection, op: number, d: unknown): number | undefined
  binary(connection: VoiceConnection, op: number, payload: Buffer): number | undefined
  closed(connection: VoiceConnection, code: number, by: 'bot' | 'stand-in'): void
}

const decodeError = 4_002

/** One WebSocket of the bot to a voice server, from hello to close. */
export class VoiceConnection {
  readonly number: number
  /** Absent until it has identified or resumed. */
  session: VoiceSession | undefined
  lastHeartbeatAt = performance.now()
  readonly #socket: WebSocket
  readonly #events: VoiceConnectionEvents
  #endedByUs = false

  constructor(number: number, socket: WebSocket, events: VoiceConnectionEvents) {
    this.number = number
    this.#socket = socket
    this.#events = events
    socket.on('message', (data, isBinary) => this.#receive(bytesOf(data), isBinary))
    socket.on('close', (code) => events.closed(this, code, this.#endedByUs ? 'stand-in' : 'bot'))
    socket.on('error', () => socket.terminate())
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN && !this.#endedByUs
  }

  send(data: string | Uint8Array): void {
    if (this.isOpen) this.#socket.send(data)
  }

  /** Ends the connection with a close code, or abruptly without one. */
  end(code?: number): void {
    this.#endedByUs = true
    if (code === undefined) this.#socket.terminate()
    else this.#socket.close(code)
  }

  #receive(bytes: Buffer, isBinary: boolean): void {
    if (!this.isOpen) return
    const refusal = isBinary ? this.#readBinary(bytes) : this.#readText(bytes)
    if (refusal !== undefined) this.end(refusal)
  }

  /** From the client: op, payload; no sequence number (voice-connections.mdx, "Binary WebSocket Messages"). */
  #readBinary(bytes: Buffer): number | undefined {
    const op = bytes.at(0)
    return op === undefined ? decodeError : this.#events.binary(this, op, bytes.subarray(1))
  }

  #readText(bytes: Buffer): number | undefined {
    const payload = Payload.safeParse(parseJson(bytes))
    return payload.success ? this.#events.payload(this, payload.data.op, payload.data.d) : decodeError
  }
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}

function bytesOf(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data)
  return Buffer.isBuffer(data) ? data : Buffer.from(data)
}

import type { ClientFrame, ServerFrame } from '../chat/socket-protocol.ts'
import { backoffMs } from './backoff.ts'
import { fetchTicket } from './socket-ticket.ts'

/** The server ticks every 20 s; twice that without a sound, and the line is dead however open it looks. */
const silenceMs = 40_000

export interface ConnectionEvents {
  onFrame(frame: ServerFrame): void
  /** Called when the line becomes usable (after the snapshot) and when it is lost. */
  onChange(isOnline: boolean): void
}

/** One line to the server that comes back by itself. What cannot be sent now is not kept here; see UnsentMessages. */
export class Connection {
  readonly #conversation: string
  readonly #needsTicket: boolean
  readonly #events: ConnectionEvents
  #socket: WebSocket | undefined
  #isOnline = false
  #attempt = 0
  #retry = 0
  #silence = 0

  constructor(
    { conversation, needsTicket }: { readonly conversation: string; readonly needsTicket: boolean },
    events: ConnectionEvents,
  ) {
    this.#conversation = conversation
    this.#needsTicket = needsTicket
    this.#events = events
    addEventListener('online', () => this.#connectSoon(0))
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && !this.#isOnline) this.#connectSoon(0)
    })
    // A page that is put away keeps no line; coming back from the back/forward cache opens a new one.
    addEventListener('pagehide', () => this.#socket?.close())
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.#connectSoon(0)
    })
    this.#connect()
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  /** False when the line is down; nothing was sent then. */
  send(frame: ClientFrame): boolean {
    if (!this.#isOnline) return false
    this.#socket?.send(JSON.stringify(frame))
    return true
  }

  #connect(): void {
    const address = new URL('/chat/socket', location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address)
    this.#socket = socket
    this.#listenForSilence(socket)
    const ticket = this.#needsTicket ? fetchTicket('chat') : undefined
    socket.addEventListener('open', () => void this.#greet(socket, ticket))
    socket.addEventListener('message', ({ data }) => this.#receive(socket, JSON.parse(String(data))))
    socket.addEventListener('close', () => this.#lose(socket))
  }

  async #greet(socket: WebSocket, asked: Promise<string | undefined> | undefined): Promise<void> {
    const ticket = await asked
    const hello: ClientFrame = {
      type: 'hello',
      conversation: this.#conversation,
      ...(ticket === undefined ? {} : { ticket }),
    }
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(hello))
  }

  #receive(socket: WebSocket, frame: ServerFrame): void {
    if (socket !== this.#socket) return
    this.#listenForSilence(socket)
    this.#events.onFrame(frame)
    if (frame.type !== 'snapshot' || this.#isOnline) return
    this.#isOnline = true
    this.#attempt = 0
    this.#events.onChange(true)
  }

  #listenForSilence(socket: WebSocket): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#lose(socket), silenceMs)
  }

  #lose(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    clearTimeout(this.#silence)
    socket.close()
    if (this.#isOnline || this.#attempt === 0) this.#events.onChange(false)
    this.#isOnline = false
    this.#connectSoon(backoffMs(this.#attempt++))
  }

  #connectSoon(delayMs: number): void {
    if (this.#socket) return
    clearTimeout(this.#retry)
    this.#retry = setTimeout(() => this.#connect(), delayMs)
  }
}

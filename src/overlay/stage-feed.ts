import { feedClose } from '#core/protocol/feed-close.ts'
import { decodeSound, type SoundFrame } from '#core/protocol/sound-frame.ts'
import type { ServerFrame, ViewerFrame } from '#core/protocol/stage-feed.ts'
import { backoffMs } from './backoff.ts'
import type { StageClock } from './stage-clock.ts'

/** A page that still loads its avatar reads the first answers late, so there are many until one comes through. */
const pingEveryMs = 1_000
/** So long without any answer: the line is dead, however open it looks. */
const silenceMs = 6_000
const openWithinMs = 5_000

export interface FeedEvents {
  onFrame(frame: ServerFrame): void
  onSound(frame: SoundFrame): void
  /** The line was lost; it is tried again by itself. */
  onLost(): void
  /** This address will never work again. */
  onRevoked(): void
}

/** One line to the stage that comes back by itself, for ever. */
export class StageFeed {
  readonly #hello: ViewerFrame
  readonly #clock: StageClock
  readonly #events: FeedEvents
  #socket: WebSocket | undefined
  #lostAt = performance.now()
  #pinging = 0
  #silence = 0

  constructor(hello: Extract<ViewerFrame, { type: 'hello' }>, clock: StageClock, events: FeedEvents) {
    this.#hello = hello
    this.#clock = clock
    this.#events = events
    addEventListener('online', () => this.#again(0))
    this.#connect()
  }

  #connect(): void {
    const address = new URL('/stage/socket', location.href)
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address)
    socket.binaryType = 'arraybuffer'
    this.#socket = socket
    this.#listenForSilence(socket, openWithinMs)
    socket.addEventListener('open', () => this.#onOpen(socket))
    socket.addEventListener('message', ({ data }) => this.#receive(socket, data))
    socket.addEventListener('close', ({ code }) => this.#lose(socket, code))
  }

  #onOpen(socket: WebSocket): void {
    socket.send(JSON.stringify(this.#hello))
    this.#clock.forget()
    this.#ping(socket)
    this.#pinging = setInterval(() => this.#ping(socket), pingEveryMs)
  }

  #ping(socket: WebSocket): void {
    const ping: ViewerFrame = { type: 'ping', sentAt: performance.now() }
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(ping))
  }

  #receive(socket: WebSocket, data: unknown): void {
    const now = performance.now()
    if (socket !== this.#socket) return
    this.#listenForSilence(socket, silenceMs)
    if (data instanceof ArrayBuffer) {
      const sound = decodeSound(new Uint8Array(data))
      if (sound) this.#events.onSound(sound)
      return
    }
    // The server is ours and of the same build, or its snapshot sends us away.
    const frame: ServerFrame = JSON.parse(String(data))
    if (frame.type === 'pong') this.#clock.add(frame.sentAt, frame.at, now)
    else this.#events.onFrame(frame)
  }

  #listenForSilence(socket: WebSocket, forMs: number): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#lose(socket, 0), forMs)
  }

  #lose(socket: WebSocket, code: number): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    clearTimeout(this.#silence)
    clearInterval(this.#pinging)
    socket.close()
    if (code === feedClose.revoked) {
      this.#events.onRevoked()
      return
    }
    this.#lostAt = Math.min(this.#lostAt, performance.now())
    this.#events.onLost()
    this.#again(backoffMs(performance.now() - this.#lostAt))
  }

  /** Called with the snapshot: from here on an outage counts anew. */
  settled(): void {
    this.#lostAt = Number.POSITIVE_INFINITY
  }

  #again(delayMs: number): void {
    if (this.#socket) return
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#connect(), delayMs)
  }
}

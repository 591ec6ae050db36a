import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Identify } from '../access/identity.ts'
import type { RequestGuard } from '../access/request-guard.ts'
import { securityHeaders } from '../security-headers.ts'
import type { ChatDeps } from './chat-deps.ts'
import { ChatSocket, closeCode, defaultSocketLimits, type SocketLimits } from './chat-socket.ts'

/** The largest message of 8,000 characters, escaped as JSON, fits. */
const maxFrameBytes = 65_536
const drainMs = 2_000

export interface SocketServerLimits extends SocketLimits {
  readonly maxSockets: number
  readonly maxSocketsPerAddress: number
  readonly tickMs: number
}

export const defaultSocketServerLimits: SocketServerLimits = {
  ...defaultSocketLimits,
  maxSockets: 4_000,
  maxSocketsPerAddress: 512,
  tickMs: 20_000,
}

export interface SocketServerOptions {
  readonly deps: ChatDeps
  readonly guard: RequestGuard
  readonly identify: Identify
  readonly limits?: Partial<SocketServerLimits>
}

/** All lines to open chat pages: who may open one, that they stay alive, and that they end. */
export class SocketServer implements AsyncDisposable {
  readonly #options: SocketServerOptions
  readonly #limits: SocketServerLimits
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  })
  readonly #open = new Map<WebSocket, { readonly chat: ChatSocket; isAlive: boolean }>()
  readonly #perAddress = new Map<string, number>()
  readonly #ticking: NodeJS.Timeout

  constructor(options: SocketServerOptions) {
    this.#options = options
    this.#limits = { ...defaultSocketServerLimits, ...options.limits }
    this.#ticking = setInterval(() => this.#tick(), this.#limits.tickMs)
  }

  /** Listener for `upgrade` of the HTTP server. Whoever is refused gets a plain HTTP answer and nothing else. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.#refuse(request)
    const author = this.#options.identify((name) => oneOf(request.headers[name]))
    if (status !== undefined || author === undefined) {
      refuse(socket, status ?? 401)
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const chat = new ChatSocket(webSocket, this.#options.deps, author, this.#limits)
      this.#watch(webSocket, chat, request.socket.remoteAddress ?? '')
    })
  }

  /** Sends everybody away; pages come back by themselves, to this process or another. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking)
    const open = [...this.#open]
    const closed = open.map(([socket]) => new Promise((resolve) => socket.once('close', resolve)))
    for (const [, { chat }] of open) chat.close(closeCode.goingAway)
    const idle = open.map(([, { chat }]) => chat.idle)
    const isDone = Promise.all([...closed, ...idle]).then(() => true)
    const isInTime = await Promise.race([isDone, delay(drainMs, false, { ref: false })])
    if (!isInTime) for (const [socket] of open) socket.terminate()
    this.#server.close()
  }

  #refuse({ url, headers, socket }: IncomingMessage): number | undefined {
    if (url !== '/chat/socket') return 404
    const { host, origin } = headers
    if (!this.#options.guard.isOurPage({ host, origin, secFetchSite: oneOf(headers['sec-fetch-site']) }))
      return 403
    const fromAddress = this.#perAddress.get(socket.remoteAddress ?? '') ?? 0
    const isFull =
      this.#open.size >= this.#limits.maxSockets || fromAddress >= this.#limits.maxSocketsPerAddress
    return isFull ? 503 : undefined
  }

  #watch(socket: WebSocket, chat: ChatSocket, address: string): void {
    const line = { chat, isAlive: true }
    this.#open.set(socket, line)
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    socket.on('pong', () => {
      line.isAlive = true
    })
    socket.on('close', () => {
      this.#open.delete(socket)
      const left = (this.#perAddress.get(address) ?? 1) - 1
      if (left === 0) this.#perAddress.delete(address)
      else this.#perAddress.set(address, left)
    })
  }

  #tick(): void {
    for (const [socket, line] of this.#open) {
      if (!line.isAlive) socket.terminate()
      line.isAlive = false
      socket.ping()
      line.chat.tick()
    }
  }
}

function refuse(socket: Duplex, status: number): void {
  const headers = Object.entries({ ...securityHeaders, connection: 'close', 'content-length': '0' })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.once('finish', () => socket.destroy())
  socket.on('error', () => {})
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n`)
}

function oneOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header
}

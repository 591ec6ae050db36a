import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Visit, Visitor } from '../access/identity.ts'
import type { RequestGuard } from '../access/request-guard.ts'
import type { SignIn } from '../login/sign-in.ts'
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
  readonly visit: Visit
  readonly signIn?: Pick<SignIn, 'sessions' | 'tickets'> | undefined
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
  #isOver = false

  constructor(options: SocketServerOptions) {
    this.#options = options
    this.#limits = { ...defaultSocketServerLimits, ...options.limits }
    this.#ticking = setInterval(() => this.#tick(), this.#limits.tickMs)
  }

  /** Listener for `upgrade` of the HTTP server. Whoever is refused gets a plain HTTP answer and nothing else. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const status = this.#refuse(request)
    if (status !== undefined) refuse(socket, status)
    else void this.#admit(request, socket, head)
  }

  /** Who that is may be a question to the database; meanwhile the browser cannot say anything. */
  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ignoreLoss = () => {}
    socket.on('error', ignoreLoss)
    const visitor = await this.#visit(request)
    if (visitor instanceof Error || visitor === undefined) {
      refuse(socket, visitor === undefined ? 401 : 503)
      return
    }
    socket.off('error', ignoreLoss)
    // Others may have come in the meantime, and the server may have stopped.
    const status = this.#isOver ? 503 : this.#refuse(request)
    if (status !== undefined) refuse(socket, status)
    else
      this.#server.handleUpgrade(request, socket, head, (webSocket) =>
        this.#greet(webSocket, visitor, request.socket.remoteAddress ?? ''),
      )
  }

  async #visit({ headers }: IncomingMessage): Promise<Visitor | undefined | Error> {
    try {
      return await this.#options.visit((name) => oneOf(headers[name]))
    } catch (error) {
      this.#options.deps.logger.warn('who opens a socket cannot be found out', { error })
      return error instanceof Error ? error : new Error('unknown')
    }
  }

  #greet(webSocket: WebSocket, { author, session }: Visitor, address: string): void {
    const { deps, signIn } = this.#options
    const admits = session && signIn && ((ticket = '') => signIn.tickets.redeem(ticket, session, 'chat'))
    const chat = new ChatSocket(webSocket, deps, author, this.#limits, admits)
    this.#watch(webSocket, chat, address)
    const watching = session && signIn?.sessions.watch(session, () => chat.close(closeCode.policy))
    webSocket.once('close', () => watching?.[Symbol.dispose]())
  }

  /** Sends everybody away; pages come back by themselves, to this process or another. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
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

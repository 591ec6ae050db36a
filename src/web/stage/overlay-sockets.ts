import type { IncomingMessage } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type WebSocket, WebSocketServer } from 'ws'
import { feedClose } from '#core/protocol/feed-close.ts'
import type { OverlayId } from '#core/store/ids.ts'
import { findOverlay, findOverlays, sawOverlays } from '#core/store/overlays.ts'
import type { Visit, Visitor } from '../access/identity.ts'
import type { RequestGuard } from '../access/request-guard.ts'
import type { SignIn } from '../login/sign-in.ts'
import { securityHeaders } from '../security-headers.ts'
import { onOverlayChange } from './overlay-changes.ts'
import { defaultOverlaySocketLimits, OverlaySocket, type OverlaySocketLimits } from './overlay-socket.ts'
import type { StageDeps } from './stage-deps.ts'

export const stageSocketPath = '/stage/socket'

/** A hello with its token is the largest thing that a viewer says. */
const maxFrameBytes = 1_024
const drainMs = 2_000
const seenTogetherMs = 500

export interface OverlaySocketsLimits extends OverlaySocketLimits {
  readonly maxSockets: number
  /** How often lines are tested, and what is known of their overlays is read anew. */
  readonly tickMs: number
}

const defaultLimits: OverlaySocketsLimits = {
  ...defaultOverlaySocketLimits,
  maxSockets: 1_000,
  tickMs: 15_000,
}

export interface OverlaySocketsOptions {
  readonly deps: StageDeps
  readonly guard: RequestGuard
  readonly visit: Visit
  readonly signIn?: Pick<SignIn, 'sessions'> | undefined
  readonly limits?: Partial<OverlaySocketsLimits> | undefined
}

/** All lines to overlays: who may open one, that they stay alive, that changes reach them, and that they end. */
export class OverlaySockets implements AsyncDisposable {
  readonly #options: OverlaySocketsOptions
  readonly #limits: OverlaySocketsLimits
  readonly #server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
  })
  readonly #open = new Map<WebSocket, { readonly viewer: OverlaySocket; isAlive: boolean }>()
  readonly #seen = new Set<OverlayId>()
  readonly #stopping = new AbortController()
  readonly #ticking: NodeJS.Timeout
  readonly #following: Promise<void>
  #renewing: Promise<void> = Promise.resolve()

  constructor(options: OverlaySocketsOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#ticking = setInterval(() => this.#tick(), this.#limits.tickMs)
    this.#following = this.#follow(this.#stopping.signal)
  }

  /** Listener for `upgrade` of the HTTP server. Whoever is refused gets a plain HTTP answer and nothing else. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { host, origin } = request.headers
    const secFetchSite = oneOf(request.headers['sec-fetch-site'])
    if (!this.#options.guard.isOurPage({ host, origin, secFetchSite })) refuse(socket, 403)
    else if (this.#open.size >= this.#limits.maxSockets) refuse(socket, 503)
    else void this.#admit(request, socket, head)
  }

  /** Who that is may be a question to the database. Somebody unknown still may have an overlay's token. */
  async #admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const ignoreLoss = () => {}
    socket.on('error', ignoreLoss)
    const visitor = await this.#visit(request)
    socket.off('error', ignoreLoss)
    if (this.#stopping.signal.aborted || this.#open.size >= this.#limits.maxSockets) refuse(socket, 503)
    else this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#watch(webSocket, visitor))
  }

  async #visit({ headers }: IncomingMessage): Promise<Visitor | undefined> {
    try {
      return await this.#options.visit((name) => oneOf(headers[name]))
    } catch (error) {
      this.#options.deps.logger.warn('who opens a socket cannot be found out', { error })
      return undefined
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking)
    this.#stopping.abort(new Error('the web side stops'))
    const open = [...this.#open]
    const closed = open.map(([socket]) => new Promise((resolve) => socket.once('close', resolve)))
    for (const [, { viewer }] of open) viewer.close(feedClose.goingAway)
    const idle = open.map(([, { viewer }]) => viewer.idle)
    await Promise.race([Promise.all([...closed, ...idle]), delay(drainMs, undefined, { ref: false })])
    await Promise.all([this.#following, this.#renewing])
    this.#server.close()
  }

  #watch(socket: WebSocket, visitor: Visitor | undefined): void {
    const { deps, signIn } = this.#options
    const line = {
      viewer: new OverlaySocket(socket, deps, visitor?.author, this.#limits, (id) => this.#saw(id)),
      isAlive: true,
    }
    this.#open.set(socket, line)
    const { session } = visitor ?? {}
    const watching = session && signIn?.sessions.watch(session, () => line.viewer.close(feedClose.goingAway))
    socket.once('close', () => watching?.[Symbol.dispose]())
    socket.on('pong', () => {
      line.isAlive = true
    })
    socket.on('close', () => this.#open.delete(socket))
  }

  /** Many come at once after a restart; they are written down together. */
  #saw(id: OverlayId): void {
    if (this.#seen.size === 0 && !this.#stopping.signal.aborted)
      setTimeout(() => this.#writeSeen(), seenTogetherMs).unref()
    this.#seen.add(id)
  }

  #writeSeen(): void {
    const ids = [...this.#seen]
    this.#seen.clear()
    if (!this.#stopping.signal.aborted) this.#queue(() => sawOverlays(this.#options.deps.db, ids))
  }

  #tick(): void {
    for (const [socket, line] of this.#open) {
      if (!line.isAlive) socket.terminate()
      line.isAlive = false
      socket.ping()
    }
    this.#queue(() => this.#renewAll())
  }

  /** Without it changes are still found by the tick. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { bus, logger } = this.#options.deps
    try {
      await onOverlayChange(bus, (id) => this.#queue(() => this.#renew(id)), { signal })
    } catch (error) {
      logger.warn('changes of overlays cannot be heard', { error })
    }
  }

  async #renew(id: string): Promise<void> {
    const viewers = this.#viewers().filter(({ overlay }) => overlay?.id === id)
    if (viewers.length === 0) return
    const overlay = await findOverlay(this.#options.deps.db, id)
    for (const viewer of viewers) viewer.renew(overlay)
  }

  /** A message of a change may be lost; this is how the overlay hears of it all the same. */
  async #renewAll(): Promise<void> {
    const viewers = this.#viewers()
    const ids = [...new Set(viewers.flatMap(({ overlay }) => (overlay ? [overlay.id] : [])))]
    if (ids.length === 0) return
    const { db } = this.#options.deps
    const known = new Map((await findOverlays(db, ids)).map((overlay) => [overlay.id, overlay]))
    for (const viewer of viewers) if (viewer.overlay) viewer.renew(known.get(viewer.overlay.id))
    await sawOverlays(db, ids)
  }

  #viewers(): OverlaySocket[] {
    return [...this.#open.values()].map(({ viewer }) => viewer)
  }

  #queue(task: () => Promise<void>): void {
    this.#renewing = this.#renewing.then(task).catch((error: unknown) => {
      this.#options.deps.logger.warn('what is known of overlays could not be renewed', { error })
    })
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

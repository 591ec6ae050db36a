import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Bus } from '#core/bus/bus.ts'
import type { Inference } from '#core/inference/ports.ts'
import type { Store } from '#core/store/store.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { type Identify, identifyLocalOwner } from './access/identity.ts'
import { OpenDoorError, refuseNonLoopback } from './access/loopback.ts'
import { createRequestGuard } from './access/request-guard.ts'
import { createApp } from './app.ts'
import { openAssets } from './assets/open-assets.ts'
import { RecentSends } from './chat/recent-sends.ts'
import { SocketServer, type SocketServerLimits } from './chat/socket-server.ts'
import { UserFeeds } from './chat/user-feeds.ts'
import type { WebPersona } from './web-deps.ts'

export interface WebOptions {
  /** Loopback only, until there is sign-in. */
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** The address people use when a proxy is in front; its host and origin are ours, too. */
  readonly publicUrl?: string | undefined
  /** Keeps the compiled style sheet. */
  readonly dataDir: string
  readonly bus: Bus
  readonly store: Pick<Store, 'db'>
  readonly persona: WebPersona
  /** Reads answers aloud; pages say what is connected and, for the built-in brain, how to connect a model. */
  readonly inference: Inference
  readonly logger: Logger
  /** Aborting begins the drain: nothing new is accepted, pages are sent away and come back elsewhere. */
  readonly signal: AbortSignal
  /** Who sends a request; the local owner unless given. */
  readonly identify?: Identify | undefined
  readonly socketLimits?: Partial<SocketServerLimits> | undefined
  /** How long a form without a script waits for its answer. */
  readonly answerWaitMs?: number | undefined
}

export interface Web extends AsyncDisposable {
  /** Where people find it, for the start-up line. */
  readonly url: string
  readonly port: number
  /** Resolves when the style sheet is compiled; pages wait for it by themselves. */
  readonly ready: Promise<void>
}

/**
 * Serves the chat page, its WebSocket and the pages around it; resolves when it listens.
 * @throws OpenDoorError for a host that other machines can reach; Node's own error when the port is taken
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  const refusal = refuseNonLoopback(options.host, false)
  if (refusal !== undefined) throw new OpenDoorError(refusal)
  const { logger, bus, store, publicUrl, identify = identifyLocalOwner } = options
  const stopping = new AbortController()
  const signal = AbortSignal.any([options.signal, stopping.signal])
  const guard = createRequestGuard({ publicUrl })
  const feeds = new UserFeeds({ bus, logger })
  const chat = { bus, db: store.db, feeds, recent: new RecentSends(), logger }
  const assets = await openAssets({ dataDir: options.dataDir, logger, signal })
  const app = createApp({
    chat,
    assets,
    guard,
    identify,
    persona: options.persona,
    isHttps: publicUrl?.startsWith('https:') ?? false,
    inference: options.inference,
    answerWaitMs: options.answerWaitMs ?? 20_000,
    signal,
  })
  const sockets = new SocketServer({ deps: chat, guard, identify, ...limitsOf(options) })
  const server = createHttpServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head))
  await listen(server, options)

  let closed: Promise<void> | undefined
  const close = async () => {
    stopping.abort(new Error('the web side stops'))
    const ended = new Promise((resolve) => server.close(resolve))
    await sockets[Symbol.asyncDispose]()
    await feeds[Symbol.asyncDispose]()
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), drainMs)
    await ended
    clearTimeout(cut)
    await assets.ready
  }
  const drain = () => {
    closed ??= close()
    return closed
  }
  // Whoever disposes waits for the same drain and hears of its failure.
  options.signal.addEventListener('abort', () => void drain().catch(() => undefined), { once: true })
  const { port } = server.address() as AddressInfo
  return { url: urlOf(options, port), port, ready: assets.ready, [Symbol.asyncDispose]: drain }
}

const drainMs = 5_000

function limitsOf({ socketLimits }: WebOptions) {
  return socketLimits === undefined ? {} : { limits: socketLimits }
}

/** Shorter than Node's defaults, which let a client hold a connection for minutes without saying anything. */
function createHttpServer(listener: ReturnType<typeof getRequestListener>): Server {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 10_000, maxHeaderSize: 16_384 },
    (request, response) => void listener(request, response),
  )
  server.maxConnections = 5_000
  return server
}

async function listen(server: Server, { host, port, signal }: WebOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port, signal }, resolve)
  await promise
  server.off('error', reject)
}

function urlOf({ publicUrl, host }: WebOptions, port: number): string {
  if (publicUrl !== undefined) return publicUrl
  const name = host === '127.0.0.1' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`
}

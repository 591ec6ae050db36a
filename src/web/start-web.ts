import { getRequestListener } from '@hono/node-server'
import type { Bus } from '#core/bus/bus.ts'
import type { Store } from '#core/store/store.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { type Identify, identifyLocalOwner, visitBy } from './access/identity.ts'
import { OpenDoorError, refuseNonLoopback } from './access/loopback.ts'
import { createRequestGuard } from './access/request-guard.ts'
import { createApp } from './app.ts'
import { openAssets } from './assets/open-assets.ts'
import { RecentSends } from './chat/recent-sends.ts'
import { SocketServer, type SocketServerLimits } from './chat/socket-server.ts'
import { UserFeeds } from './chat/user-feeds.ts'
import { openHttpServer } from './http-server.ts'
import type { SignIn, SignInOptions, SignInParts } from './login/sign-in.ts'
import { openStage } from './stage/open-stage.ts'
import { OverlaySockets, stageSocketPath } from './stage/overlay-sockets.ts'
import type { WebInference, WebPersona } from './web-deps.ts'

export interface WebOptions {
  /** Loopback only, unless people sign in. */
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
  readonly inference: WebInference
  readonly logger: Logger
  /** Aborting begins the drain: nothing new is accepted, pages are sent away and come back elsewhere. */
  readonly signal: AbortSignal
  /** How people sign in. Without it whoever reaches the pages is the local owner. */
  readonly signIn?: SignInOptions | undefined
  /** Who sends a request, where nobody signs in; the local owner unless given. */
  readonly identify?: Identify | undefined
  readonly socketLimits?: Partial<SocketServerLimits> | undefined
  /** How long a form without a script waits for its answer. */
  readonly answerWaitMs?: number | undefined
  /** The clock of stage events, milliseconds since the epoch; for measuring with one that is wrong. */
  readonly stageNow?: (() => number) | undefined
}

export interface Web extends AsyncDisposable {
  /** Where people find it, for the start-up line. */
  readonly url: string
  readonly port: number
  /** Resolves when the style sheet is compiled; pages wait for it by themselves. */
  readonly ready: Promise<void>
  /** Every address that is answered, for checks that none is forgotten. */
  readonly routes: readonly { readonly method: string; readonly path: string }[]
  /** Resolves when the overlay's modules that were asked for so far are in their smallest form. */
  readonly stageSettled: Promise<void>
}

/**
 * Serves the chat page, its WebSocket and the pages around it; resolves when it listens.
 * @throws OpenDoorError for a host that other machines can reach, PortUnavailableError, the signal's reason
 */
export async function startWeb(options: WebOptions): Promise<Web> {
  options.signal.throwIfAborted()
  const refusal = refuseNonLoopback(options.host, options.signIn !== undefined)
  if (refusal !== undefined) throw new OpenDoorError(refusal)
  const { logger, bus, publicUrl, dataDir, identify = identifyLocalOwner } = options
  const { db } = options.store
  const stopping = new AbortController()
  const signal = AbortSignal.any([options.signal, stopping.signal])

  await using starting = new AsyncDisposableStack()
  const assets = await openAssets({ dataDir, logger, signal })
  starting.defer(() => assets.ready)
  const guard = createRequestGuard({ publicUrl })
  const feeds = new UserFeeds({ bus, logger })
  const chat = { bus, db, feeds, recent: new RecentSends(), logger }
  const stage = openStage({
    ...chat,
    dataDir,
    assets: assets.stage,
    synthesizer: options.inference.synthesizer,
    voice: options.persona.voice,
    now: options.stageNow,
  })
  starting.use(stage.hub)
  const pages = pagesOf(options)
  const signIn =
    options.signIn && starting.use(await openLogin(options.signIn, { ...chat, ...pages, dataDir }))
  const entrance = {
    visit: signIn?.visit ?? visitBy(identify),
    signInPath: signIn && '/sign-in',
    signIn,
    publicUrl,
  }
  const app = createApp({ ...pages, chat, stage, assets, guard, ...entrance, signal })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const http = starting.use(
    await openHttpServer((request, response) => void listener(request, response), options),
  )
  starting.use(feeds)
  const { socketLimits: limits = {} } = options
  const sockets = starting.use(new SocketServer({ deps: chat, guard, ...entrance, limits }))
  const overlays = starting.use(new OverlaySockets({ deps: stage, guard, ...entrance }))
  http.server.on('upgrade', (request, socket, head) =>
    (request.url === stageSocketPath ? overlays : sockets).upgrade(request, socket, head),
  )
  starting.defer(() => {
    stopping.abort(new Error('the web side stops'))
    http.stopAccepting()
  })

  const running = starting.move()
  let drained: Promise<void> | undefined
  const drain = () => {
    drained ??= running.disposeAsync()
    return drained
  }
  // Whoever disposes waits for the same drain and hears of its failure.
  options.signal.addEventListener('abort', () => void drain().catch(() => undefined), { once: true })
  const { port } = http
  return {
    url: urlOf(options, port),
    port,
    ready: assets.ready,
    routes: app.routes,
    get stageSettled() {
      return assets.stage.settled
    },
    [Symbol.asyncDispose]: drain,
  }
}

/** Imported on demand: an installation of one owner need not hold the code of five providers. */
async function openLogin(options: SignInOptions, parts: SignInParts): Promise<SignIn> {
  const { openSignIn } = await import('./login/sign-in.ts')
  return await openSignIn(options, parts)
}

function pagesOf({ persona, inference, publicUrl, answerWaitMs = 20_000 }: WebOptions) {
  return { persona, inference, answerWaitMs, isHttps: publicUrl?.startsWith('https:') ?? false }
}

function urlOf({ publicUrl, host }: WebOptions, port: number): string {
  if (publicUrl !== undefined) return publicUrl
  const name = host === '127.0.0.1' ? 'localhost' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}/`
}

import { WebSocket } from 'ws'
import type { Bus } from '#core/bus/bus.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import { runChatWorker } from '#core/chat/worker.ts'
import type { ChatModel, Synthesizer } from '#core/inference/ports.ts'
import { createLogger, type Logger } from '#core/telemetry/logger.ts'
import type { ClientFrame, ServerFrame } from '#web/chat/socket-protocol.ts'
import { startWeb, type Web, type WebOptions } from '#web/start-web.ts'
import type { WebInference } from '#web/web-deps.ts'
import { eventually } from './eventually.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'
import { answering, scriptedModel } from './scripted-chat-model.ts'

export interface WebWorldOptions extends Partial<WebOptions> {
  readonly chatModel?: ChatModel
  readonly synthesizer?: Synthesizer
  /** What remote services say of themselves. */
  readonly checkHealth?: WebInference['checkHealth']
  /** False: nobody answers. */
  readonly hasWorker?: boolean
  /** A bus to use instead of one in memory. */
  readonly openBus?: (logger: Logger) => Promise<Bus>
  /** A database to use instead of one of its own. */
  readonly database?: TestDatabase
}

/** Shared and kept, so that the style sheet is compiled once for all tests. */
const dataDir = '.cache/test-web'

/** The web side with a real bus, a real database and a chat worker around a scripted model. */
export interface WebWorld extends AsyncDisposable {
  readonly web: Web
  /** `http://127.0.0.1:<port>`, the origin of its pages. */
  readonly origin: string
  readonly bus: Bus
  readonly database: TestDatabase
  /** Everything that was logged. */
  readonly log: readonly string[]
  /** Stops the web side and, when `meanwhile` is done, starts it again on the same port. */
  restartWeb(meanwhile: () => Promise<void>): Promise<void>
}

export async function openWebWorld(options: WebWorldOptions = {}): Promise<WebWorld> {
  await using opening = new AsyncDisposableStack()
  const log: string[] = []
  const logger = createLogger({ level: 'debug', write: (line) => log.push(line) })
  const database = options.database ?? opening.use(await createTestDatabase())
  const { openBus = openBusInMemory } = options
  const bus = opening.use(await openBus(logger))
  const inference = createInference(options)
  const persona = options.persona ?? (await loadPersona())

  const stopping = new AbortController()
  const { signal } = stopping
  const worker =
    options.hasWorker === false
      ? Promise.resolve()
      : runChatWorker({
          bus,
          store: database,
          inference,
          persona: await loadPersona(),
          logger,
          signal,
          graceMs: 100,
        })
  opening.defer(async () => {
    stopping.abort(new Error('the test is over'))
    await worker
  })

  const start = (port: number) =>
    startWeb({
      dataDir,
      store: database,
      bus,
      inference,
      logger,
      host: '127.0.0.1',
      ...options,
      persona,
      port,
      signal,
    })
  let web = await start(0)
  opening.defer(async () => await web[Symbol.asyncDispose]())
  const { port } = web
  const resources = opening.move()
  return {
    get web() {
      return web
    },
    origin: `http://127.0.0.1:${port}`,
    bus,
    database,
    log,
    async restartWeb(meanwhile) {
      await web[Symbol.asyncDispose]()
      await meanwhile()
      web = await start(port)
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const openBusInMemory = (logger: Logger) => openInProcessBus({ file: ':memory:', logger })

/** A voice that hums for as long as there are letters: 50 ms each at 16 kHz. */
export const hummingVoice: Synthesizer = {
  name: 'a humming voice',
  synthesize: async (text) => ({
    sampleRateHz: 16_000,
    blocks: (async function* () {
      for (let block = 0; block < text.length; block++) {
        yield Int16Array.from(
          { length: 800 },
          (_, index) => 9_000 * Math.sin(((block * 800 + index) * 2 * Math.PI) / 80),
        )
      }
    })(),
  }),
}

function createInference({ chatModel, synthesizer, checkHealth }: WebWorldOptions): WebInference {
  return {
    ...(checkHealth ? { checkHealth } : {}),
    chatModel: chatModel ?? scriptedModel(answering('Hello', ' there', '.')),
    synthesizer: synthesizer ?? hummingVoice,
    embedder: { name: 'no embeddings', embed: async () => [] },
    transcriber: undefined,
    reranker: undefined,
  }
}

/** A page's socket without the page. */
export class TestSocket implements Disposable {
  readonly frames: ServerFrame[] = []
  readonly closed: Promise<number>
  readonly #socket: WebSocket

  private constructor(socket: WebSocket) {
    this.#socket = socket
    this.closed = new Promise((resolve) => socket.once('close', resolve))
    socket.on('message', (data) => this.frames.push(JSON.parse(data.toString())))
  }

  /** Rejects when the upgrade is refused. */
  static async open(origin: string, headers: Record<string, string> = {}): Promise<TestSocket> {
    const address = `${origin.replace('http', 'ws')}/chat/socket`
    const socket = new WebSocket(address, { headers: { origin, ...headers }, handshakeTimeout: 5_000 })
    const test = new TestSocket(socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    return test
  }

  static async greet(
    origin: string,
    conversation: string,
    headers: Record<string, string> = {},
  ): Promise<TestSocket> {
    const socket = await TestSocket.open(origin, headers)
    socket.send({ type: 'hello', conversation })
    await socket.next('snapshot')
    return socket
  }

  send(frame: ClientFrame | string): void {
    this.#socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** The first frame of that type, or the first that `matches`, from `since` on. */
  async next<Type extends ServerFrame['type']>(
    type: Type,
    matches: (frame: Extract<ServerFrame, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<ServerFrame, { type: Type }>> {
    const isWanted = (frame: ServerFrame): frame is Extract<ServerFrame, { type: Type }> =>
      frame.type === type && matches(frame as Extract<ServerFrame, { type: Type }>)
    return await eventually(() => this.frames.find(isWanted))
  }

  /** Stops reading, as a phone in a tunnel does. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }
}

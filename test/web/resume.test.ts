import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ChatChunk } from '#core/inference/ports.ts'
import { eventually } from '#test/support/eventually.ts'
import { TcpProxy } from '#test/support/tcp-proxy.ts'
import { openWebWorld, TestSocket, type WebWorld } from '#test/support/web-world.ts'
import type { ClientFrame, ServerFrame } from '#web/chat/socket-protocol.ts'
import { applyFrame, type Transcript, unfinished } from '#web/client/transcript.ts'

/**
 * Two pages of one conversation on lines that break at any byte. Whatever happens on the way: when the lines are good
 * again, what each page shows is what a page shows that is opened now, and every message was answered once.
 */

const runs = 1_000

/** A page: keeps what it could not send, connects again, and asks for nothing but what `hello` gives. */
class Page implements AsyncDisposable {
  turns: Transcript = []
  readonly #unsent = new Map<string, string>()
  readonly #proxy: TcpProxy
  readonly #origin: string
  readonly #conversation: string
  #socket: WebSocket | undefined
  #isGreeted = false
  #isOver = false

  constructor(proxy: TcpProxy, origin: string, conversation: string) {
    this.#proxy = proxy
    this.#origin = origin
    this.#conversation = conversation
    this.#connect()
  }

  get isSettled(): boolean {
    return this.#isGreeted && this.#unsent.size === 0 && unfinished(this.turns) === undefined
  }

  say(key: string, text: string): void {
    this.#unsent.set(key, text)
    if (this.#isGreeted) this.#send({ type: 'send', key, text })
  }

  stop(): void {
    const turn = unfinished(this.turns)
    if (turn && this.#isGreeted) this.#send({ type: 'stop', turn: turn.id })
  }

  cutAfter(bytes: number): void {
    this.#proxy.set({ resetAfterBytes: bytes })
  }

  heal(): void {
    this.#proxy.set({})
  }

  reload(): void {
    this.turns = []
    this.#socket?.terminate()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    this.#socket?.terminate()
    await eventually(() => this.#proxy.openConnections === 0)
  }

  #connect(): void {
    if (this.#isOver) return
    this.#isGreeted = false
    const headers = { origin: this.#origin, host: new URL(this.#origin).host }
    const socket = new WebSocket(`ws://127.0.0.1:${this.#proxy.port}/chat/socket`, { headers })
    this.#socket = socket
    socket.on('open', () => this.#send({ type: 'hello', conversation: this.#conversation }))
    socket.on('message', (data) => this.#take(JSON.parse(data.toString())))
    socket.on('error', () => {})
    socket.on('close', () => void delay(2).then(() => this.#socket === socket && this.#connect()))
  }

  #take(frame: ServerFrame): void {
    this.turns = applyFrame(this.turns, frame)
    if (frame.type === 'accepted') this.#unsent.delete(frame.key)
    if (frame.type !== 'snapshot' || this.#isGreeted) return
    this.#isGreeted = true
    for (const [key, text] of this.#unsent) this.#send({ type: 'send', key, text })
  }

  #send(frame: ClientFrame): void {
    this.#socket?.send(JSON.stringify(frame))
  }
}

const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('say' as const), page: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('repeat' as const), page: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('cut' as const),
      page: fc.nat(1),
      bytes: fc.integer({ min: 1, max: 900 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('heal' as const), page: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload' as const), page: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('stop' as const), page: fc.nat(1) }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), page: fc.nat(1) }) },
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

let world: WebWorld
let lines: readonly [TcpProxy, TcpProxy]
let count = 0

beforeAll(async () => {
  world = await openWebWorld({ chatModel: { name: 'counting', isDemo: false, complete: countUp } })
  const port = Number(new URL(world.origin).port)
  lines = [await TcpProxy.start(port), await TcpProxy.start(port)]
})
afterAll(async () => {
  for (const line of lines) await line[Symbol.asyncDispose]()
  await world[Symbol.asyncDispose]()
})

/** Some words over some rounds of the event loop, so that cuts fall between and within them. */
async function* countUp(): AsyncGenerator<ChatChunk> {
  for (const word of ['[happy] One', ', two', ', **three**', ', four', ' and five.']) {
    await delay(0)
    yield { type: 'text', text: word }
  }
  yield { type: 'end', finishReason: 'stop' }
}

async function freshTurns(conversation: string): Promise<Transcript> {
  using socket = await TestSocket.greet(world.origin, conversation)
  return socket.frames.reduce<Transcript>(applyFrame, [])
}

async function take(steps: readonly Step[]): Promise<void> {
  const conversation = `resume-${++count}`
  await using first = new Page(lines[0], world.origin, conversation)
  await using second = new Page(lines[1], world.origin, conversation)
  const pages = [first, second]
  const said = new Map<string, string>()
  for (const { type, ...where } of steps) {
    const page = pages[where.page] ?? first
    const newest = [...said].at(-1)
    if (type === 'say') said.set(`${conversation}-key-${said.size}`, `message ${said.size}`)
    const [key, text] = (type === 'say' ? [...said].at(-1) : newest) ?? []
    if ((type === 'say' || type === 'repeat') && key && text) page.say(key, text)
    if (type === 'cut' && 'bytes' in where) page.cutAfter(where.bytes)
    if (type === 'heal') page.heal()
    if (type === 'reload') page.reload()
    if (type === 'stop') page.stop()
    if (type === 'wait') await delay(3)
  }
  for (const page of pages) page.heal()
  await eventually(() => pages.every(({ isSettled }) => isSettled), { everyMs: 2 })
  const fresh = await freshTurns(conversation)
  for (const page of pages) expect(page.turns).toEqual(fresh)
  expect(fresh.map((turn) => turn.said).sort()).toEqual([...said.values()].sort())
}

test('snapshot + frames since = fresh snapshot, over lines that are cut at any byte', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), take), { numRuns: runs })
}, 600_000)

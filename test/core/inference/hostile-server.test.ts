import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createChatModel } from '#core/inference/chat-model.ts'
import { createDeployment } from '#core/inference/deployment.ts'
import { createEmbedder } from '#core/inference/embedder.ts'
import { InferenceError, InferenceProtocolError, InferenceRefusedError } from '#core/inference/errors.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { ask } from '#test/support/inference/ask.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'

const logger = createLogger({ level: 'silent' })
const okHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n'

async function setUp() {
  const server = await startInferenceServer()
  const deadlines = { firstByteMs: 2_000, stallMs: 1_000, totalMs: 4_000 }
  const deployment = createDeployment('llm', { url: server.url, logger, deadlines })
  return {
    server,
    deployment,
    model: createChatModel(deployment, 'm'),
    serve(write: (socket: Socket) => void) {
      server.plan('llm', { fault: { type: 'raw', write } })
    },
    async [Symbol.asyncDispose]() {
      await deployment[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}

test.each(['deflate', 'gzip', 'br'])('a %s bomb is not unfolded', async (encoding) => {
  await using setup = await setUp()
  const bomb = deflateSync(Buffer.alloc(20_000_000))
  setup.server.plan('llm', { fault: { type: 'body', body: bomb, headers: { 'content-encoding': encoding } } })
  await expect(ask(setup.model, 'hi')).rejects.toThrow('compresses its answer')
})

test('endless headers are cut short', async () => {
  await using setup = await setUp()
  setup.serve((socket) => flood(socket, 'HTTP/1.1 200 OK\r\n', (line) => `x-${line}: ${'y'.repeat(200)}\r\n`))
  await expect(ask(setup.model, 'hi')).rejects.toThrow(InferenceProtocolError)
})

test('endless interim answers end at the deadline', async () => {
  await using setup = await setUp()
  setup.serve((socket) => flood(socket, '', () => 'HTTP/1.1 102 Processing\r\n\r\n', 5))
  await expect(ask(setup.model, 'hi')).rejects.toThrow(InferenceError)
})

test('an endless body is cut short, without being kept', async () => {
  await using setup = await setUp()
  setup.serve((socket) => flood(socket, `${okHead}\r\n`, () => `: ${'z'.repeat(60_000)}\n`))
  await expect(ask(setup.model, 'hi')).rejects.toThrow('sent more than')
})

test('an endless line is cut short', async () => {
  await using setup = await setUp()
  setup.serve((socket) => flood(socket, `${okHead}\r\ndata: `, () => 'z'.repeat(60_000)))
  await expect(ask(setup.model, 'hi')).rejects.toThrow('endless event')
})

test('an endless refusal is cut short', async () => {
  await using setup = await setUp()
  setup.serve((socket) => flood(socket, 'HTTP/1.1 400 Bad\r\n\r\n', () => 'z'.repeat(60_000)))
  await expect(ask(setup.model, 'hi')).rejects.toThrow(InferenceRefusedError)
})

test('what is not HTTP is a protocol error', async () => {
  await using setup = await setUp()
  setup.serve((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  await expect(ask(setup.model, 'hi')).rejects.toThrow(InferenceProtocolError)
})

test('an answer in slices of one byte is the same answer', async () => {
  await using setup = await setUp()
  const event = (content: string) => `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\r\n\r\n`
  const end = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
  const body = Buffer.from(`: hello\n\n${event('Grüße')}${event(' 🌙')}${end}`)
  setup.serve(async (socket) => {
    socket.setNoDelay(true).write(`${okHead}content-length: ${body.length}\r\n\r\n`)
    for (const byte of body) {
      socket.write(Uint8Array.of(byte))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })
  expect((await ask(setup.model, 'hi')).text).toBe('Grüße 🌙')
})

test('a huge JSON answer is refused before it is read', async () => {
  await using setup = await setUp()
  setup.server.plan('embeddings', { fault: { type: 'body', body: `{"data":[${'0,'.repeat(12_000_000)}0]}` } })
  const embedder = createEmbedder(setup.deployment)
  await expect(embedder.embed(['a'], { signal: AbortSignal.timeout(10_000) })).rejects.toThrow(
    'sent more than',
  )
})

test('names from a server’s JSON never become properties of ours', async () => {
  await using setup = await setUp()
  const poisoned =
    'data: {"__proto__":{"polluted":1},"choices":[{"delta":{"content":"ok"},"finish_reason":"stop"}]}\n\n'
  setup.server.plan('llm', { fault: { type: 'body', body: poisoned } })
  expect((await ask(setup.model, 'hi')).text).toBe('ok')
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
})

/** Writes on and on, as fast as the other side reads or every so many milliseconds, until it hangs up. */
async function flood(
  socket: Socket,
  start: string,
  next: (count: number) => string,
  everyMs = 0,
): Promise<void> {
  socket.on('error', () => undefined)
  socket.write(start)
  for (let count = 0; !socket.destroyed && count < 5_000; count += 1) {
    if (!socket.write(next(count))) await Promise.race([drained(socket), sleep(50)])
    await (everyMs > 0 ? sleep(everyMs) : new Promise((resolve) => setImmediate(resolve)))
  }
}

const drained = (socket: Socket) => new Promise((resolve) => socket.once('drain', resolve))

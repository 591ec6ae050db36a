import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { publishReply } from '#core/bus/chat-bus.ts'
import type { ReplyEvent } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'
import { openWebWorld, TestSocket, type WebWorld, type WebWorldOptions } from '#test/support/web-world.ts'
import { localOwner } from '#web/access/identity.ts'

let database: TestDatabase
let world: WebWorld

const open = (options: WebWorldOptions = {}) => openWebWorld({ database, hasWorker: false, ...options })

beforeAll(async () => {
  database = await createTestDatabase()
  world = await open({ socketLimits: { helloTimeoutMs: 300 } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})

/** The status that an upgrade with exactly these headers gets; 101 when it is accepted. */
async function upgrade(
  headers: Record<string, string>,
  path = '/chat/socket',
): Promise<{ status: number; headers: object }> {
  const handshake = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('0123456789abcdef').toString('base64'),
  }
  const { port } = new URL(world.origin)
  return await new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers: { ...handshake, ...headers } })
    outgoing.on('response', (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
      response.destroy()
    })
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, headers: response.headers })
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

describe('opening a socket', () => {
  test('is for our own pages', async () => {
    expect((await upgrade({ origin: world.origin })).status).toBe(101)
    const { port } = new URL(world.origin)
    expect((await upgrade({ origin: `http://localhost:${port}`, host: `localhost:${port}` })).status).toBe(
      101,
    )
  })

  test.each([
    {},
    { origin: '' },
    { origin: 'null' },
    { origin: 'http://evil.example' },
    { origin: 'https://127.0.0.1' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'http://127.0.0.1.evil.example' },
    { origin: 'http://127.0.0.1@evil.example' },
    { origin: 'file://' },
    { origin: 'chrome-extension://abc' },
    { origin: 'http://evil.example', host: 'evil.example' },
    { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' },
    { host: 'evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { authorization: 'Bearer x' },
    { cookie: 'session=x' },
  ])('is refused with %j', async (headers) => {
    const answer = await upgrade(headers)
    expect(answer.status).toBe(403)
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff', connection: 'close' })
  })

  test.each([
    '/',
    '/chat/socket/',
    '/chat/socket?server=ws://evil.example',
    '/chat/%73ocket',
    '//chat/socket',
    '/CHAT/SOCKET',
    '/c/home',
  ])('is refused at %s', async (path) =>
    expect((await upgrade({ origin: world.origin }, path)).status).toBe(404),
  )

  test('is refused to a stranger, and when there are too many', async () => {
    await using strict = await open({ identify: () => undefined })
    await expect(TestSocket.open(strict.origin)).rejects.toThrow('401')
    await using small = await open({ socketLimits: { maxSocketsPerAddress: 2 } })
    using first = await TestSocket.open(small.origin)
    using second = await TestSocket.open(small.origin)
    await expect(TestSocket.open(small.origin)).rejects.toThrow('503')
    first[Symbol.dispose]()
    await first.closed
    await expect.poll(async () => await TestSocket.open(small.origin).catch(() => undefined)).toBeDefined()
    expect(second.frames).toEqual([])
  })
})

describe('a socket is closed', () => {
  test('when it does not greet in time', async () => {
    using socket = await TestSocket.open(world.origin)
    expect(await socket.closed).toBe(1008)
    expect(socket.frames).toEqual([])
  })

  test.each([
    ['text that is no JSON', 'hello'],
    ['an unknown frame', '{"type":"admin"}'],
    ['something else before the greeting', '{"type":"send","key":"a-good-key","text":"hi"}'],
    ['a place that is no conversation', '{"type":"hello","conversation":"../home"}'],
    ['somebody else’s place', '{"type":"hello","conversation":"eve/home"}'],
    ['a deep nest', `{"type":"hello","conversation":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
    ['an inherited type', '{"__proto__":{"type":"hello","conversation":"home"}}'],
    ['null', 'null'],
  ])('for %s', async (_, frame) => {
    using socket = await TestSocket.open(world.origin)
    socket.send(frame)
    expect(await socket.closed).toBe(1008)
    expect(socket.frames).toEqual([])
  })

  test.each([
    ['a second greeting', '{"type":"hello","conversation":"home"}'],
    ['a key that could be part of a subject', '{"type":"send","key":"x.>.x.x.x","text":"hi"}'],
    ['an unknown turn id', '{"type":"stop","turn":"*"}'],
    ['a frame too large', JSON.stringify({ type: 'send', key: 'a-good-key', text: 'x'.repeat(70_000) })],
  ])('after the greeting for %s', async (_, frame) => {
    using socket = await TestSocket.greet(world.origin, 'home')
    socket.send(frame)
    expect([1008, 1009]).toContain(await socket.closed)
  })

  test('when it sends faster than can be worked on', async () => {
    using socket = await TestSocket.greet(world.origin, 'home')
    for (let sent = 0; sent < 200; sent++) socket.send({ type: 'send', key: `flood-key-${sent}`, text: 'x' })
    expect(await socket.closed).toBe(1008)
  })

  test('as going away, when the server stops', async () => {
    await using stopping = await open()
    using socket = await TestSocket.greet(stopping.origin, 'home')
    await stopping.web[Symbol.asyncDispose]()
    expect(await socket.closed).toBe(1001)
  })

  test('unknown fields that a frame brings along change nothing', async () => {
    using socket = await TestSocket.open(world.origin)
    socket.send(
      '{"type":"hello","conversation":"nothing-said","user":"eve","role":"admin","owner":true,"platformUserId":"eve"}',
    )
    expect((await socket.next('snapshot')).turns).toEqual([])
  })
})

describe('many sockets', () => {
  test('that never greet are gone after the deadline, and leave nothing', async () => {
    const idle = await Promise.all(Array.from({ length: 200 }, () => TestSocket.open(world.origin)))
    expect(new Set(await Promise.all(idle.map(({ closed }) => closed)))).toEqual(new Set([1008]))
    using after = await TestSocket.greet(world.origin, 'home')
    expect(after.frames[0]?.type).toBe('snapshot')
  })

  test('that do not read are sent away at the limit, and the others miss nothing', async () => {
    const chunk = 'x'.repeat(20_000)
    const chunks = 600
    using asking = await TestSocket.greet(world.origin, 'much-text')
    asking.send({ type: 'send', key: `a-lot-of-text-${randomUUID()}`, text: 'go' })
    const { turn: turnId } = await asking.next('accepted')
    const slow = await Promise.all(
      Array.from({ length: 20 }, () => TestSocket.greet(world.origin, 'much-text')),
    )
    const fast = await Promise.all(
      Array.from({ length: 3 }, () => TestSocket.greet(world.origin, 'much-text')),
    )
    for (const socket of slow) socket.pause()

    const envelope = { v: 1, id: turnId, at: 0, correlationId: turnId, turnId, attempt: 1 } as const
    const publish = (event: ReplyEvent) => publishReply(world.bus, userKey(localOwner), event)
    publish({ ...envelope, type: 'reply.start', index: 0 })
    for (let index = 1; index <= chunks; index++) {
      publish({ ...envelope, type: 'reply.delta', index, text: chunk })
      await delay(1)
    }
    publish({ ...envelope, type: 'reply.end', index: chunks + 1, status: 'complete', text: 'done' })

    for (const socket of fast) {
      await socket.next('end')
      const streamed = socket.frames.map((frame) => (frame.type === 'delta' ? frame.text : '')).join('')
      expect(streamed.length).toBe(chunk.length * chunks)
    }
    for (const socket of slow) socket.resume()
    const codes = await Promise.all(slow.map(({ closed }) => closed))
    // A close frame waits behind what is not being read: whoever begins to read in time sees it, others are cut off.
    for (const code of codes) expect([1006, 1013]).toContain(code)
    for (const socket of fast) socket[Symbol.dispose]()
  })
})

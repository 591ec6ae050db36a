import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CookieClient } from '#test/support/oauth/cookie-client.ts'
import { type LoginWorld, openLoginWorld } from '#test/support/oauth/login-world.ts'
import { TestSocket } from '#test/support/web-world.ts'

let world: LoginWorld
let client: CookieClient
beforeAll(async () => {
  world = await openLoginWorld({ web: { socketLimits: { helloTimeoutMs: 1_000 } } })
  client = await world.signedIn('ann')
})
afterAll(async () => await world[Symbol.asyncDispose]())

async function ticket(of = client, audience = 'chat'): Promise<string> {
  return JSON.parse((await of.post(`/sockets/ticket?for=${audience}`)).text).ticket
}

/** What an upgrade with these headers gets; the cookie is right unless given. */
async function upgrade(headers: Record<string, string>, path = '/chat/socket'): Promise<number> {
  const { port, host } = new URL(world.web.origin)
  const handshake = {
    host,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.from('0123456789abcdef').toString('base64'),
    cookie: client.cookieHeader,
  }
  return await new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, path, headers: { ...handshake, ...headers } })
    outgoing.on('response', (response) => {
      resolve(response.statusCode ?? 0)
      response.destroy()
    })
    outgoing.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

describe('a handshake (S7)', () => {
  test('with cookie, origin and ticket opens the line', async () => {
    expect(await upgrade({ origin: world.web.origin })).toBe(101)
    using socket = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
    socket.send({ type: 'hello', conversation: 'home', ticket: await ticket() })
    expect((await socket.next('snapshot')).turns).toEqual([])
  })

  test.each([
    {},
    { origin: '' },
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { origin: 'http://127.0.0.1' },
    { origin: 'http://127.0.0.1:1' },
    { origin: 'http://127.0.0.1.evil.example' },
    { origin: 'file://' },
    { origin: 'https://evil.example', host: 'evil.example' },
    { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
    { host: 'evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { authorization: 'Bearer x' },
  ])('from elsewhere is refused: %j', async (headers) => {
    expect(await upgrade(headers)).toBe(403)
  })

  test.each([
    '',
    'session=',
    'session=x',
    `session=${'x'.repeat(43)}`,
    'Session=a; SESSION=b',
    'session = x',
  ])('with the cookie %j is refused', async (cookie) =>
    expect(await upgrade({ origin: world.web.origin, cookie })).toBe(401),
  )

  test.each([
    '/chat/socket?ticket=x',
    '/chat/socket?server=ws://evil.example',
    '/chat/socket?token=x&url=//evil.example',
    '/chat/socket/',
    '//chat/socket',
    '/chat/%73ocket',
  ])('at %s is refused', async (path) => expect(await upgrade({ origin: world.web.origin }, path)).toBe(404))

  test('without a ticket, or with one of something else, is closed and told nothing', async () => {
    const other = await world.signedIn('ben')
    const used = await ticket()
    using first = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
    first.send({ type: 'hello', conversation: 'home', ticket: used })
    await first.next('snapshot')
    const bad = [
      undefined,
      '',
      'x',
      'a.b.c',
      used,
      await ticket(client, 'voice'),
      await ticket(other),
      `${used}x`,
    ]
    for (const one of bad) {
      using socket = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
      socket.send({ type: 'hello', conversation: 'home', ...(one === undefined ? {} : { ticket: one }) })
      expect(await socket.closed).toBe(1008)
      expect(socket.frames).toEqual([])
    }
  })

  test.each([
    `{"type":"send","key":"a-good-key","text":"hi"}`,
    `{"type":"stop","turn":"${'a'.repeat(26)}"}`,
    `{"type":"hello","conversation":"home","ticket":{"sid":1}}`,
    `{"type":"hello","conversation":"home","user":"${randomUUID()}","role":"admin"}`,
    '{"__proto__":{"type":"hello"}}',
  ])('whose first frame is %s is closed', async (frame) => {
    using socket = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
    socket.send(frame)
    expect(await socket.closed).toBe(1008)
    expect(socket.frames).toEqual([])
  })

  test('that says something while its ticket is checked is closed and unheard', async () => {
    using socket = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
    socket.send({ type: 'hello', conversation: 'home', ticket: 'not.a.ticket' })
    socket.send({ type: 'send', key: 'a-good-key', text: 'hi' })
    expect(await socket.closed).toBe(1008)
    expect(socket.frames).toEqual([])
  })

  test('a ticket is not given to strangers, other sites, or for unknown sockets', async () => {
    expect((await world.visitor().post('/sockets/ticket?for=chat')).status).toBe(401)
    expect(
      (await client.post('/sockets/ticket?for=chat', {}, { origin: 'https://evil.example' })).status,
    ).toBe(403)
    expect((await client.post('/sockets/ticket?for=admin')).status).toBe(400)
    expect((await client.get('/sockets/ticket?for=chat')).status).toBe(404)
  })
})

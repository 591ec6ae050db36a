import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { sql } from '#core/store/drizzle.ts'
import type { CookieClient } from '#test/support/oauth/cookie-client.ts'
import { type LoginWorld, openLoginWorld, testSecret } from '#test/support/oauth/login-world.ts'
import { TestSocket } from '#test/support/web-world.ts'
import { keyedHash } from '#web/access/secrets.ts'

let world: LoginWorld
const day = 86_400_000
let ahead = 0

beforeAll(async () => {
  world = await openLoginWorld({
    signIn: { now: () => Date.now() + ahead, lifetimes: { sweepMs: 200 } },
  })
})
afterAll(async () => await world[Symbol.asyncDispose]())

/** 200 for somebody who is signed in; strangers are sent to sign in. */
const statusOf = async (client: CookieClient) => (await client.get('/connect')).status

async function ticketOf(client: CookieClient): Promise<string> {
  return JSON.parse((await client.post('/sockets/ticket?for=chat')).text).ticket
}

async function openLine(client: CookieClient): Promise<TestSocket> {
  const socket = await TestSocket.open(world.web.origin, { cookie: client.cookieHeader })
  socket.send({ type: 'hello', conversation: 'home', ticket: await ticketOf(client) })
  await socket.next('snapshot')
  return socket
}

describe('a session', () => {
  test('begins with signing in, and is what pages ask for', async () => {
    const stranger = await world.visitor().get('/c/home?edit=x')
    expect([stranger.status, stranger.headers.location]).toEqual([
      303,
      '/sign-in?back=%2Fc%2Fhome%3Fedit%3Dx',
    ])
    expect(await statusOf(await world.signedIn('ann'))).toBe(200)
  })

  test('is a cookie that scripts cannot read, and in the database a hash only', async () => {
    const client = world.visitor()
    const answer = await client.arrive(world.discord.approve(await client.begin('discord'), 'ann'))
    const line = answer.headers['set-cookie']?.find((cookie) => cookie.startsWith('session='))
    expect(line).toMatch(/^session=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    const token = client.cookies.get('session') ?? ''
    const { rows } = await world.database.db.execute(sql`select token_hash from sessions`)
    expect(rows).toContainEqual({ token_hash: keyedHash(testSecret, 'session tokens')(token) })
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('has another token after each sign-in, and the old one is worth nothing (S6: fixation)', async () => {
    const client = await world.signedIn('ann')
    const before = client.cookies.get('session') ?? ''
    await client.arrive(world.discord.approve(await client.begin('discord'), 'ann'))
    expect(client.cookies.get('session')).not.toBe(before)
    client.cookies.set('session', before)
    expect(await statusOf(client)).toBe(303)
  })

  test('cannot be planted (S6)', async () => {
    const client = world.visitor()
    for (const planted of ['x'.repeat(43), '', '../../etc', 'a,b', '*'.repeat(43)]) {
      client.cookies.set('session', planted)
      expect(await statusOf(client)).toBe(303)
    }
    await client.arrive(world.discord.approve(await client.begin('discord'), 'ann'))
    expect(client.cookies.get('session')).not.toBe('x'.repeat(43))
  })

  test('counts for nothing beside a second cookie of its name', async () => {
    const client = await world.signedIn('ann')
    const token = client.cookies.get('session')
    const answer = await world
      .visitor()
      .get('/connect', { cookie: `session=${'y'.repeat(43)}; session=${token}` })
    expect(answer.status).toBe(303)
  })

  test('ends with signing out, and its sockets close within a second (S6)', async () => {
    const client = await world.signedIn('ann')
    const lines = await Promise.all(Array.from({ length: 50 }, () => openLine(client)))
    const began = Date.now()
    const answer = await client.post('/sign-out')
    expect([answer.status, answer.headers.location]).toEqual([303, '/sign-in?out=1'])
    expect(new Set(await Promise.all(lines.map(({ closed }) => closed)))).toEqual(new Set([1008]))
    expect(Date.now() - began).toBeLessThan(1_000)
    expect(client.cookies.has('session')).toBe(false)
  })

  test('that was ended is refused though its cookie is kept (S6)', async () => {
    const client = await world.signedIn('ann')
    const kept = client.cookies.get('session') ?? ''
    await client.post('/sign-out')
    client.cookies.set('session', kept)
    expect(await statusOf(client)).toBe(303)
    await expect(TestSocket.open(world.web.origin, { cookie: `session=${kept}` })).rejects.toThrow('401')
  })

  test('can be ended from another browser of the same person, and all others at once (S6)', async () => {
    const [here, there, elsewhere] = await Promise.all([1, 2, 3].map(() => world.signedIn('ben')))
    if (!here || !there || !elsewhere) throw new Error('three browsers were opened')
    using line = await openLine(there)
    const page = await here.get('/identity')
    expect(page.text).toContain('this browser')
    await here.post('/identity/sessions/end', { session: 'others' })
    expect(await line.closed).toBe(1008)
    expect(await Promise.all([here, there, elsewhere].map(statusOf))).toEqual([200, 303, 303])
  })

  test('is over when it was not used for a week, with what is open (S6)', async () => {
    const client = await world.signedIn('ann')
    using line = await openLine(client)
    ahead = 7.1 * day
    try {
      expect(await line.closed).toBe(1008)
      expect(await statusOf(client)).toBe(303)
    } finally {
      ahead = 0
    }
  })

  test('is over after a month, however much it was used (S6)', async () => {
    const client = await world.signedIn('ann')
    try {
      for (let days = 5; days < 30; days += 5) {
        ahead = days * day
        expect(await statusOf(client)).toBe(200)
      }
      ahead = 30.1 * day
      expect(await statusOf(client)).toBe(303)
    } finally {
      ahead = 0
    }
  })

  test('that ends closes the previews of its overlays too, and not what has a token of its own (S6)', async () => {
    const client = await world.signedIn('ann')
    const made = await client.post('/overlays', { name: 'Mine', source: 'page', place: '' })
    const [, id, token] = /\/o\/([a-z2-7]+)#([a-z2-7]{32})/.exec(made.text) ?? []
    expect([made.status, typeof id, typeof token]).toEqual([200, 'string', 'string'])
    const watch = async (hello: object) => {
      const socket = new WebSocket(`${world.web.origin.replace('http', 'ws')}/stage/socket`, {
        headers: { origin: world.web.origin, ...('token' in hello ? {} : { cookie: client.cookieHeader }) },
      })
      const closed = new Promise<number>((resolve) => socket.once('close', resolve))
      await new Promise((resolve) => socket.once('open', resolve))
      socket.send(JSON.stringify({ type: 'hello', ...hello }))
      await new Promise((resolve) => socket.once('message', resolve))
      return { socket, closed }
    }
    const preview = await watch({ overlay: id })
    const inStreamingProgram = await watch({ overlay: id, token })
    await client.post('/sign-out')
    expect(await preview.closed).toBe(1001)
    expect(inStreamingProgram.socket.readyState).toBe(WebSocket.OPEN)
    inStreamingProgram.socket.terminate()
  })

  test('of somebody who is no administrator shows no server and no channel of others in an overlay', async () => {
    const client = await world.signedIn('ann')
    const guild = { source: 'discord', place: '123456789012345678' }
    const refused = await client.post('/overlays', { name: 'Spy', ...guild })
    expect(refused.text).toContain('made by an administrator')
    const made = await client.post('/overlays', { name: 'Mine', source: 'page', place: '' })
    const id = /\/o\/([a-z2-7]+)#/.exec(made.text)?.[1]
    const settings = { delayMs: '150', quality: 'auto', framing: 'whole' }
    const changed = await client.post(`/overlays/${id}`, { name: 'Mine', ...settings, ...guild })
    expect(changed.text).toContain('made by an administrator')
    const { rows } = await world.database.db.execute(
      sql`select stage from overlays where stage like 'discord-%'`,
    )
    expect(rows).toEqual([])
  })

  test('that ends in one process ends in all of them within a second (S6)', async () => {
    await using other = await openLoginWorld({ database: world.database, web: { bus: world.web.bus } })
    const client = await world.signedIn('ann')
    const there = other.visitor()
    there.cookies.set('session', client.cookies.get('session') ?? '')
    expect(await statusOf(there)).toBe(200)
    const line = await TestSocket.open(other.web.origin, { cookie: client.cookieHeader })
    const ticket = JSON.parse((await there.post('/sockets/ticket?for=chat')).text).ticket
    line.send({ type: 'hello', conversation: 'home', ticket })
    await line.next('snapshot')
    const began = Date.now()
    await client.post('/sign-out')
    expect(await line.closed).toBe(1008)
    expect(Date.now() - began).toBeLessThan(1_000)
    expect(await statusOf(there)).toBe(303)
  })

  test('is over with another SESSION_SECRET, and so are tokens and tickets (S6: rotation)', async () => {
    const client = await world.signedIn('ann')
    await using rotated = await openLoginWorld({
      database: world.database,
      signIn: { secret: 'another secret of the tests, long enough' },
    })
    const there = rotated.visitor()
    there.cookies.set('session', client.cookies.get('session') ?? '')
    expect(await statusOf(there)).toBe(303)
    await expect(TestSocket.open(rotated.web.origin, { cookie: client.cookieHeader })).rejects.toThrow('401')
    expect(await statusOf(client)).toBe(200)
  })

  test('behind TLS is a __Host- cookie that goes over TLS only, and browsers are told to stay there', async () => {
    const host = 'lumi.example.org'
    await using secure = await openLoginWorld({
      database: world.database,
      web: { publicUrl: `https://${host}/` },
    })
    secure.discord.redirectUri = `https://${host}/sign-in/discord/callback`
    const client = secure.visitor()
    const begun = await client.get('/sign-in/discord', { host })
    expect(begun.headers['strict-transport-security']).toMatch(/^max-age=\d{8}/)
    const callback = secure.discord.approve(new URL(begun.headers.location ?? ''), 'ann')
    expect(callback.host).toBe(host)
    const answer = await client.get(`${callback.pathname}${callback.search}`, { host })
    expect(answer.headers['set-cookie']?.find((line) => line.startsWith('__Host-session='))).toMatch(
      /; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    expect((await client.get('/connect', { host })).status).toBe(200)
  })

  test('goes with its person, and so does what is open (S6: deletion)', async () => {
    const client = await world.signedIn('ben', 'github')
    using line = await openLine(client)
    await world.database.db.execute(sql`delete from people where id in
      (select person_id from identities where platform = 'github' and platform_user_id = '5002')`)
    expect(await line.closed).toBe(1008)
    await expect.poll(() => statusOf(client)).toBe(303)
  })
})

import { RESTEvents } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { startDiscordStandIn } from '#test/support/discord/stand-in.ts'
import { errorOf, sendable, startScene } from './bot.ts'

const authorized = { headers: { authorization: 'Bot stand-in-token', 'content-type': 'application/json' } }

function post(apiUrl: string, path: string, body: object): Promise<Response> {
  return fetch(`${apiUrl}/v10${path}`, { ...authorized, method: 'POST', body: JSON.stringify(body) })
}

describe('rate limits', () => {
  it('let five messages pass in five seconds, and the library waits for the rest', async () => {
    const windowMs = 400
    const buckets = { 'message.create': { limit: 5, windowMs } }
    const rateLimits = { buckets, globalPerSecond: 50, invalidPerTenMinutes: 10_000 }
    await using scene = await startScene({ rateLimits })
    const { discord, channel, bot } = scene
    const target = await sendable(bot, channel)
    await Promise.all(Array.from({ length: 12 }, (_, n) => target.send(`${n}`)))
    expect(channel.messages.map(({ content }) => content)).toEqual(
      Array.from({ length: 12 }, (_, n) => `${n}`),
    )
    const [first, , , , , sixth] = channel.messages
    expect((sixth?.createdAt ?? 0) - (first?.createdAt ?? 0)).toBeGreaterThanOrEqual(windowMs)
    expect(discord.limiter.invalidRequests).toBe(0)
  })

  it('answer one request too many with 429 and the headers that say for how long', async () => {
    await using discord = await startDiscordStandIn()
    const path = `/channels/${discord.world.guild().channel('general').id}/messages`
    const statuses: number[] = []
    let last = await post(discord.apiUrl, path, { content: 'x' })
    for (let n = 0; n < 5; n += 1) {
      statuses.push(last.status)
      last = await post(discord.apiUrl, path, { content: 'x' })
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    expect(last.status).toBe(429)
    expect(Object.fromEntries(last.headers)).toMatchObject({
      'x-ratelimit-limit': '5',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-scope': 'user',
      'retry-after': '5',
    })
    expect(await last.json()).toMatchObject({ global: false, retry_after: expect.any(Number) })
    expect(discord.limiter.invalidRequests).toBe(1)
    const elsewhere = `/channels/${discord.world.guild().channel('other').id}/messages`
    expect((await post(discord.apiUrl, elsewhere, { content: 'x' })).status).toBe(200)
    discord.clock.advance(5_000)
    expect((await post(discord.apiUrl, path, { content: 'x' })).status).toBe(200)
  })

  it.each(['user', 'global', 'shared'] as const)(
    'are obeyed by the library when they are of scope %s',
    async (scope) => {
      await using scene = await startScene()
      const { discord, channel, bot } = scene
      const target = await sendable(bot, channel)
      discord.faults.add({
        method: 'POST',
        path: /\/messages$/,
        effect: { rateLimit: { scope, retryAfterMs: 300 } },
      })
      const began = performance.now()
      await target.send('after a while')
      expect(performance.now() - began).toBeGreaterThanOrEqual(300)
      expect(channel.messages).toHaveLength(1)
      expect(discord.limiter.invalidRequests).toBe(scope === 'shared' ? 0 : 1)
    },
  )

  it('count all routes but those of interactions together', async () => {
    await using discord = await startDiscordStandIn({
      rateLimits: {
        buckets: { default: { limit: 1_000, windowMs: 1_000 } },
        globalPerSecond: 3,
        invalidPerTenMinutes: 10_000,
      },
    })
    const get = async (path: string) => (await fetch(`${discord.apiUrl}/v10${path}`, authorized)).status
    expect([await get('/users/@me'), await get('/gateway/bot'), await get('/users/@me')]).toEqual([
      200, 200, 200,
    ])
    expect(await get('/applications/@me')).toBe(429)
    expect((await post(discord.apiUrl, '/interactions/1/x/callback', { type: 5 })).status).toBe(404)
  })

  it('shut out an address with too many invalid requests', async () => {
    const limits = { buckets: {}, globalPerSecond: 50, invalidPerTenMinutes: 3 }
    await using discord = await startDiscordStandIn({ rateLimits: limits })
    const get = (token: string) =>
      fetch(`${discord.apiUrl}/v10/users/@me`, { headers: { authorization: `Bot ${token}` } })
    for (let n = 0; n < 3; n += 1) expect((await get('wrong')).status).toBe(401)
    const shutOut = await get(discord.token)
    expect(shutOut.status).toBe(429)
    expect(shutOut.headers.get('content-type')).toBe('text/html')
    discord.clock.advance(600_001)
    expect((await get(discord.token)).status).toBe(200)
  })
})

describe('faults', () => {
  it('lose an answer, so that nobody knows whether the message was sent', async () => {
    await using scene = await startScene()
    const { discord, channel, bot } = scene
    const target = await sendable(bot, channel)
    discord.faults.add({ method: 'POST', path: /\/messages$/, effect: 'lost-answer' })
    await expect(target.send('sent')).rejects.toThrow()
    expect(channel.messages.map(({ content }) => content)).toEqual(['sent'])
  })

  it('reset or spoil an answer, upon which the library sends the message again', async () => {
    await using scene = await startScene()
    const { discord, channel, bot } = scene
    const target = await sendable(bot, channel)
    discord.faults.add({ method: 'POST', path: /\/messages$/, effect: 'reset-answer' })
    await target.send('without a nonce')
    discord.faults.add({ method: 'POST', path: /\/messages$/, effect: { status: 502, isDone: true } })
    await target.send({ content: 'with one', nonce: 'n1', enforceNonce: true })
    const texts = channel.messages.map(({ content }) => content)
    expect(texts).toEqual(['without a nonce', 'without a nonce', 'with one'])
  })

  it('lose a request, delay an answer, fail with a status', async () => {
    await using scene = await startScene({}, { rest: { retries: 0 } })
    const { discord, channel, bot } = scene
    const target = await sendable(bot, channel)
    const path = /\/messages$/
    discord.faults.add({ path, effect: 'lost-request' })
    await expect(target.send('x')).rejects.toThrow()
    discord.faults.add({ path, effect: { status: 502 } })
    expect(await errorOf(target.send('x'))).toMatchObject({ status: 502 })
    expect(channel.messages).toEqual([])
    discord.faults.add({ path, effect: { delayMs: 200 } })
    const began = performance.now()
    await target.send('x')
    expect(performance.now() - began).toBeGreaterThanOrEqual(199)
  })
})

describe('requests', () => {
  it('are refused without the token, to unknown routes, by another method, with broken JSON', async () => {
    await using discord = await startDiscordStandIn()
    const status = async (path: string, init: RequestInit = authorized) =>
      (await fetch(`${discord.apiUrl}${path}`, init)).status
    expect(await status('/v10/users/@me', {})).toBe(401)
    expect(await status('/v10/nothing')).toBe(404)
    expect(await status('/v9/users/@me')).toBe(404)
    expect(await status('/v10/users/@me', { ...authorized, method: 'DELETE' })).toBe(405)
    expect(await status('/v10/users/@me/channels', { ...authorized, method: 'POST', body: '{' })).toBe(400)
    expect(discord.ledger.of('stand-in.failed')).toEqual([])
  })

  it('tell the library their limits before it runs into them', async () => {
    await using scene = await startScene()
    const told: number[] = []
    scene.bot.rest.on(RESTEvents.Response, (_request, response) =>
      told.push(Number(response.headers.get('x-ratelimit-remaining'))),
    )
    const target = await sendable(scene.bot, scene.channel)
    await target.send('one')
    await target.send('two')
    expect(told).toEqual([4, 3])
  })
})

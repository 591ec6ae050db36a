import { once } from 'node:events'
import { Events, GatewayIntentBits } from 'discord.js'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { seededRandom } from '#test/faults/seeded-random.ts'
import { chain, holding, named, repeating, shuffled } from '#test/support/discord/gateway/delivery.ts'
import { type DiscordStandIn, startDiscordStandIn } from '#test/support/discord/stand-in.ts'
import { createBot, heardBy, impatient, login, startScene } from './bot.ts'

/** Messages of the person that the bot saw, in order. */
const texts = (heard: { content: string }[]) => heard.map(({ content }) => content.replace(/^<@\d+> /, ''))
const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)

describe('logging in', () => {
  it('is refused with a wrong token', async () => {
    await using discord = await startDiscordStandIn()
    const bot = createBot(discord)
    await expect(bot.login('wrong')).rejects.toThrow(/token/i)
    expect(discord.limiter.invalidRequests).toBe(1)
    await bot.destroy()
  })

  it('is refused with a privileged intent that nobody approved', async () => {
    await using discord = await startDiscordStandIn()
    const bot = createBot(discord, { intents: [GatewayIntentBits.Guilds, GatewayIntentBits.MessageContent] })
    await expect(bot.login(discord.token)).rejects.toThrow(/disallowed intents/i)
    const closed = await discord.world.waitFor('the close', () => discord.ledger.of('gateway.closed')[0])
    expect(closed).toMatchObject({ code: 4014, by: 'stand-in' })
    await bot.destroy()
  })

  it('spreads the guilds over the shards', async () => {
    await using discord = await startDiscordStandIn({ gateway: { maxConcurrency: 16, limitsIdentify: true } })
    const ids = [0n, 1n, 2n, 3n].map((n) => ((1_000_000n + n) << 22n).toString())
    for (const id of ids) discord.world.guild({ id })
    const bot = await login(createBot(discord, { shards: [0, 1], shardCount: 2 }), discord.token)
    const shards = ids.map((id) => bot.guilds.cache.get(id)?.shardId)
    expect(shards).toEqual([0, 1, 0, 1])
    expect(discord.ledger.of('gateway.identified').map(({ shard }) => shard)).toEqual([0, 1])
    expect(discord.ledger.of('gateway.overlap')).toEqual([])
    await bot.destroy()
  })

  it('is put off when it comes twice in five seconds', async () => {
    await using discord = await startDiscordStandIn({ gateway: { limitsIdentify: true } })
    const first = await login(createBot(discord), discord.token)
    const second = createBot(discord, impatient)
    const ready = login(second, discord.token)
    await discord.world.waitFor('a refusal', () => discord.ledger.of('gateway.session-refused')[0])
    discord.clock.advance(5_000)
    await ready
    await first.destroy()
    await second.destroy()
  })

  it('accepts a presence and tells of members on request', async () => {
    await using scene = await startScene()
    const { discord, guild, alice, bot } = scene
    bot.user.setPresence({ status: 'idle' })
    const members = await bot.guilds.cache.get(guild.id)?.members.fetch({ user: [alice.id] })
    expect(members?.map(({ id }) => id)).toEqual([alice.id])
    await discord.world.waitFor('the presence', () => discord.ledger.of('gateway.presence')[0])
  })
})

describe('a session', () => {
  it.each([
    ['the socket is cut'],
    ['the connection closes with 4000', 4000],
    ['the connection closes with 4001', 4001],
  ])('loses nothing when %s', async (_what, code?: number) => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    for (const text of numbers(20)) {
      alice.says(channel, text, { mentionBot: true })
      if (text === '5' || text === '12') {
        discord.gateway.cut(code)
        await discord.world.waitFor('the bot away', () => (discord.gateway.isLive ? undefined : true))
      }
      if (text === '8') await discord.gateway.waitUntilLive()
    }
    await discord.world.waitFor('20 messages', () => (heard.length >= 20 ? true : undefined))
    expect(texts(heard)).toEqual(numbers(20))
    expect(discord.ledger.of('gateway.identified')).toHaveLength(1)
    expect(discord.ledger.of('gateway.resumed')).toHaveLength(2)
    expect(discord.ledger.of('gateway.opened').map(({ path }) => path.split('?')[0])).toEqual([
      '/',
      '/resume',
      '/resume',
    ])
    expect(discord.ledger.of('gateway.overlap')).toEqual([])
  })

  it('is resumed when Discord asks for a reconnect, and begun anew when it is void', async () => {
    await using scene = await startScene({}, impatient)
    const { discord, bot } = scene
    const count = (type: 'gateway.resumed' | 'gateway.identified') => discord.ledger.of(type).length
    const resumed = once(bot, Events.ShardResume)
    discord.gateway.askToReconnect()
    await resumed
    expect(count('gateway.resumed')).toBe(1)
    const ready = once(bot, Events.ShardReady)
    discord.gateway.invalidate({ resumable: false })
    await ready
    expect(count('gateway.identified')).toBe(2)
  })

  it('is void after a close with 4009', async () => {
    await using scene = await startScene({}, impatient)
    const ready = once(scene.bot, Events.ShardReady)
    scene.discord.gateway.cut(4009)
    await ready
    expect(scene.discord.ledger.of('gateway.identified')).toHaveLength(2)
    expect(scene.discord.ledger.of('gateway.overlap')).toEqual([])
  })

  it('is gone after its time, so that the bot identifies again', async () => {
    await using scene = await startScene({ gateway: { sessionLifeMs: 60_000 } }, impatient)
    const { discord, bot } = scene
    const ready = once(bot, Events.ShardReady)
    discord.gateway.refusesConnections = true
    discord.gateway.cut()
    await discord.world.waitFor('the bot away', () => (discord.gateway.isLive ? undefined : true))
    discord.clock.advance(61_000)
    discord.gateway.refusesConnections = false
    await ready
    expect(discord.ledger.of('gateway.session-refused')).toMatchObject([{ resumable: false }])
  })

  it('is dropped and resumed by a bot that gets no answer to its heartbeats', async () => {
    await using scene = await startScene({ gateway: { heartbeatIntervalMs: 300 } })
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    discord.gateway.acksHeartbeats = false
    await discord.world.waitFor('the bot away', () => discord.ledger.of('gateway.closed')[0], 10_000)
    discord.gateway.acksHeartbeats = true
    alice.says(channel, 'still there?', { mentionBot: true })
    await discord.world.waitFor('the message', () => heard[0], 10_000)
    expect(discord.ledger.of('gateway.closed')[0]).toMatchObject({ by: 'bot' })
    expect(discord.ledger.of('gateway.identified')).toHaveLength(1)
  })

  it('overlaps with another one of the same token, and the ledger tells', async () => {
    await using scene = await startScene()
    const second = await login(createBot(scene.discord), scene.discord.token)
    expect(scene.discord.ledger.of('gateway.overlap')).toMatchObject([{ shard: 0 }])
    await second.destroy()
    await scene.discord.world.waitFor('its end', () => scene.discord.ledger.of('gateway.closed')[0])
    expect(scene.discord.gateway.state.sessions.size).toBe(1)
  })

  it('ends for good when the bot leaves politely', async () => {
    await using scene = await startScene()
    await scene.bot.destroy()
    await scene.discord.world.waitFor('the end', () => scene.discord.ledger.of('gateway.closed')[0])
    expect(scene.discord.gateway.state.sessions.size).toBe(0)
  })

  it('tells of guilds that come, go down, come back and go', async () => {
    await using scene = await startScene()
    const { discord, bot } = scene
    const seen: string[] = []
    for (const event of [
      Events.GuildCreate,
      Events.GuildUnavailable,
      Events.GuildAvailable,
      Events.GuildDelete,
    ] as const) {
      bot.on(event, () => void seen.push(event))
    }
    const other = discord.world.guild({ name: 'other' })
    await discord.world.waitFor('the guild', () => seen[0])
    other.goesDown()
    other.comesBack()
    other.removeBot()
    await discord.world.waitFor('the end', () => seen[3])
    expect(seen).toEqual([
      Events.GuildCreate,
      Events.GuildUnavailable,
      Events.GuildAvailable,
      Events.GuildDelete,
    ])
  })
})

describe('deliveries', () => {
  it('may come twice', async () => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    const raw: unknown[] = []
    bot.on(Events.Raw, ({ t }: { t: string }) => t === 'MESSAGE_CREATE' && raw.push(t))
    const heard = heardBy(bot)
    discord.gateway.delivery = repeating(named('MESSAGE_CREATE'), { share: 1, random: () => 0 })
    alice.says(channel, 'twice', { mentionBot: true })
    await discord.world.waitFor('both', () => raw[1])
    // The library drops a repeat itself, for as long as its cache holds the message.
    expect(texts(heard)).toEqual(['twice'])
    expect(discord.ledger.of('message.created')).toHaveLength(1)
  })

  it('may come late, twice and in another order', async () => {
    await using scene = await startScene()
    const { discord, channel, alice, bot } = scene
    const heard = heardBy(bot)
    const random = seededRandom(7)
    const late = holding(named('MESSAGE_CREATE'))
    const twice = repeating(named('MESSAGE_CREATE'), { share: 0.5, random: random.next })
    discord.gateway.delivery = chain(late.delivery, twice)
    for (const text of numbers(8)) alice.says(channel, text, { mentionBot: true })
    discord.clock.advance(600_000)
    expect(late.held).toHaveLength(8)
    late.release(shuffled(random.next))
    await discord.world.waitFor('all', () => heard[7])
    expect(texts(heard)).not.toEqual(numbers(8))
    expect(texts(heard).sort()).toEqual(numbers(8))
    const sent = discord.ledger.of('gateway.dispatched').filter(({ event }) => event === 'MESSAGE_CREATE')
    expect(sent.length).toBeGreaterThan(8)
  })
})

describe('the raw protocol', () => {
  const tokenOf = (discord: DiscordStandIn) => ({
    token: discord.token,
    intents: GatewayIntentBits.DirectMessages,
  })

  it.each([
    ['no JSON', 'x', 4002],
    ['an oversized payload', JSON.stringify({ op: 1, d: 'x'.repeat(4_096) }), 4002],
    ['an opcode before identify', JSON.stringify({ op: 3, d: {} }), 4003],
    ['a wrong token', JSON.stringify({ op: 2, d: { token: 'x', intents: 0 } }), 4004],
    ['unknown intents', JSON.stringify({ op: 2, d: { token: 'stand-in-token', intents: 1 << 30 } }), 4013],
    [
      'an impossible shard',
      JSON.stringify({ op: 2, d: { token: 'stand-in-token', intents: 0, shard: [2, 2] } }),
      4010,
    ],
  ])('closes on %s with the code that says so', async (_what, payload, code) => {
    await using discord = await startDiscordStandIn()
    const { socket, closed } = await openSocket(discord)
    socket.send(payload)
    expect(await closed).toBe(code)
  })

  it('closes on another version, and on a flood of events', async () => {
    await using discord = await startDiscordStandIn()
    expect(await (await openSocket(discord, '?v=6&encoding=json')).closed).toBe(4012)
    const { socket, closed } = await openSocket(discord)
    for (let n = 0; n < 121; n += 1) socket.send(JSON.stringify({ op: 1, d: null }))
    expect(await closed).toBe(4008)
  })

  it('ends the day after the last identify', async () => {
    await using discord = await startDiscordStandIn({ gateway: { identifiesPerDay: 1 } })
    const identify = JSON.stringify({ op: 2, d: tokenOf(discord) })
    const first = await openSocket(discord)
    first.socket.send(identify)
    await discord.gateway.waitUntilLive()
    const second = await openSocket(discord)
    second.socket.send(identify)
    expect(await second.closed).toBe(4004)
  })

  it('replays to a bot that was killed and kept its session', async () => {
    await using discord = await startDiscordStandIn()
    const alice = discord.world.person('alice')
    const first = await openSocket(discord)
    first.socket.send(JSON.stringify({ op: 2, d: tokenOf(discord) }))
    await discord.gateway.waitUntilLive()
    const session_id = discord.ledger.of('gateway.identified')[0]?.sessionId
    first.socket.terminate()
    await first.closed
    await discord.world.waitFor('the loss', () => discord.ledger.of('gateway.closed')[0])
    const said = alice.says(alice.dm, 'while you were away')
    const second = await openSocket(discord)
    second.socket.send(JSON.stringify({ op: 6, d: { token: discord.token, session_id, seq: 1 } }))
    await discord.world.waitFor('RESUMED', () => second.received.find(({ t }) => t === 'RESUMED'))
    expect(second.received).toMatchObject([
      { op: 10 },
      { t: 'MESSAGE_CREATE', s: 2, d: { id: said.id, content: 'while you were away' } },
      { t: 'RESUMED', s: 3 },
    ])
    expect(discord.ledger.of('gateway.overlap')).toEqual([])
  })
})

interface RawSocket {
  readonly socket: WebSocket
  readonly closed: Promise<number>
  readonly received: { op: number; t?: string; s?: number; d?: unknown }[]
}

/** Without any library, to say what none would say. */
async function openSocket(discord: DiscordStandIn, query = '?v=10&encoding=json'): Promise<RawSocket> {
  const socket = new WebSocket(`${discord.apiUrl.replace('http', 'ws').replace('/api', '')}/${query}`)
  const received: RawSocket['received'] = []
  socket.on('message', (data) => received.push(JSON.parse(String(data))))
  const closed = once(socket, 'close').then(([code]) => code as number)
  await Promise.race([once(socket, 'open'), closed])
  return { socket, closed, received }
}

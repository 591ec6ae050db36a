import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '#bot/discord/gateway/connect.ts'
import { DiscordTokenError, DiscordUnreachableError } from '#bot/discord/gateway/errors.ts'
import { turnIdOf } from '#core/chat/turn-id.ts'
import { sql } from '#core/store/drizzle.ts'
import { getTurn } from '#core/store/turns.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import type { MessageRecord } from '#test/support/discord/state/records.ts'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { type DiscordWorld, openDiscordWorld } from './world.ts'

let postgres: TestPostgres
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres[Symbol.asyncDispose]())

/** What the bot said to a question and did not take back. */
const repliesTo = ({ discord }: DiscordWorld, { id }: MessageRecord) =>
  discord.world.botMessages.filter(({ reference, deletedAt }) => reference?.message_id === id && !deletedAt)

const waitForReplies = (world: DiscordWorld, questions: readonly MessageRecord[], text = 'Hello there.') =>
  world.discord.world.waitFor(
    'all answers',
    () => (questions.every((question) => repliesTo(world, question)[0]?.content === text) ? true : undefined),
    20_000,
  )

const turnOf = (world: DiscordWorld, { author, id }: MessageRecord) =>
  getTurn(world.db, turnIdOf({ platform: 'discord', platformUserId: author.id }, id))

const isDelivered = async (world: DiscordWorld, question: MessageRecord) =>
  (await turnOf(world, question))?.deliveredAt !== undefined

describe('starting', () => {
  it('says what to do about a token that Discord does not accept', async () => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true })
    const starting = world.startBot({ token: 'wrong' })
    await expect(starting).rejects.toThrow(DiscordTokenError)
    await expect(starting).rejects.toThrow(/Reset Token/)
  })

  it('says where it looked for a Discord that does not answer', async () => {
    await using world = await openDiscordWorld({ postgres })
    const { Client } = await import('discord.js')
    const client = new Client({ intents: [], rest: { api: 'http://127.0.0.1:1/api', retries: 0 } })
    const logger = createLogger({ level: 'silent' })
    const { signal } = new AbortController()
    const connecting = connect({ client, token: 'any', logger, signal, patienceMs: 600 })
    await expect(connecting).rejects.toThrow(DiscordUnreachableError)
    await expect(connecting).rejects.toThrow(/127\.0\.0\.1:1\/api/)
    await client.destroy()
    expect(world.complaints).toEqual([])
  })

  it('offers an invitation with no more rights than it uses', async () => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true })
    const bot = await world.startBot()
    const link = new URL(bot.inviteUrl)
    expect(link.searchParams.get('client_id')).toBe(world.discord.applicationId)
    expect(link.searchParams.get('scope')).toBe('bot applications.commands')
    expect(link.searchParams.get('permissions')).toBe('279176088640')
  })

  it('gives up starting when it is told to stop', async () => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true })
    world.discord.gateway.refusesConnections = true
    const stop = new AbortController()
    const starting = world.startBot({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(starting).rejects.toThrow('enough')
  })
})

describe('a connection that breaks', () => {
  it('is resumed without a lost or doubled answer', async () => {
    await using world = await openDiscordWorld({ postgres })
    const { world: people } = world.discord
    const anna = people.person('Anna')
    const questions: MessageRecord[] = []
    for (const cut of [
      () => world.discord.gateway.cut(),
      () => world.discord.gateway.cut(4_000),
      () => world.discord.gateway.askToReconnect(),
    ]) {
      questions.push(anna.says(anna.dm, 'before'))
      cut()
      questions.push(anna.says(anna.dm, 'while it is away'))
      await waitForReplies(world, questions)
    }
    for (const question of questions) expect(repliesTo(world, question)).toHaveLength(1)
    expect(world.discord.ledger.of('gateway.identified')).toHaveLength(1)
    expect(world.discord.ledger.of('gateway.resumed')).toHaveLength(3)
  })

  it('begins a new session when Discord has forgotten the old one', async () => {
    await using world = await openDiscordWorld({ postgres })
    const anna = world.discord.world.person('Anna')
    world.discord.gateway.invalidate({ resumable: false })
    await world.discord.world.waitFor(
      'the second session',
      () => (world.discord.ledger.of('gateway.identified').length === 2 ? true : undefined),
      15_000,
    )
    const question = anna.says(anna.dm, 'still there?')
    await waitForReplies(world, [question])
  })
})

describe('a new process', () => {
  it('resumes the session of the one before, so that nothing said in between is lost', async () => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true })
    const { world: people } = world.discord
    const first = await world.startBot()
    const anna = people.person('Anna')
    const early = anna.says(anna.dm, 'early')
    await waitForReplies(world, [early])
    await first[Symbol.asyncDispose]()
    const between = anna.says(anna.dm, 'in between')
    const second = await world.startBot()
    expect(second.identity).toEqual(first.identity)
    const late = anna.says(anna.dm, 'late')
    await waitForReplies(world, [early, between, late])
    for (const question of [early, between, late]) expect(repliesTo(world, question)).toHaveLength(1)
    expect(world.discord.ledger.of('gateway.identified')).toHaveLength(1)
    expect(world.discord.ledger.of('gateway.overlap')).toEqual([])
  })

  it('delivers what was answered while no bot was there, once', async () => {
    const release = Promise.withResolvers<void>()
    const model = scriptedModel(stallingAfter(['Hello there.'], release.promise))
    await using world = await openDiscordWorld({ postgres, withoutBot: true, model })
    const first = await world.startBot({ drainMs: 100 })
    const anna = world.discord.world.person('Anna')
    const question = anna.says(anna.dm, 'hello?')
    await eventually(() => model.requests.length === 1)
    await first[Symbol.asyncDispose]()
    release.resolve()
    await eventually(async () => (await turnOf(world, question))?.status === 'complete')
    await world.startBot()
    await waitForReplies(world, [question])
    await eventually(() => isDelivered(world, question))
    expect(repliesTo(world, question)).toHaveLength(1)
  })

  it.each([
    ['within the time that Discord remembers nonces', 10 * 60_000],
    ['past the time that Discord remembers nonces', 0],
  ])('does not send again what was sent but not noted, %s', async (_when, nonceWindowMs) => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true, standIn: { nonceWindowMs } })
    const first = await world.startBot()
    const { world: people } = world.discord
    const anna = people.person('Anna')
    const lobby = people.guild({ owner: anna }).channel('lobby')
    const question = anna.says(lobby, 'hello?', { mentionBot: true })
    const asked = anna.slash(lobby, 'ask', { question: 'hello?' })
    await waitForReplies(world, [question])
    await asked.waitForMessage(({ content }) => content === 'Hello there.', 10_000)
    await eventually(() => isDelivered(world, question))
    await first[Symbol.asyncDispose]()
    await world.db.execute(sql`update turns set delivered_at = null, delivered_message_ids = '{}'`)
    const before = people.botMessages.length
    await world.startBot()
    await eventually(() => isDelivered(world, question), { withinMs: 15_000 })
    await eventually(async () => {
      const { rows } = await world.db.execute(sql`select 1 from turns where delivered_at is null`)
      return rows.length === 0
    })
    expect(people.botMessages).toHaveLength(before)
  })

  it('completes an answer that the one before left half shown', async () => {
    const release = Promise.withResolvers<void>()
    const model = scriptedModel(stallingAfter(['Hello', ' there.'], release.promise))
    await using world = await openDiscordWorld({
      postgres,
      withoutBot: true,
      model,
      standIn: { nonceWindowMs: 0 },
    })
    const first = await world.startBot({ drainMs: 100 })
    const anna = world.discord.world.person('Anna')
    const question = anna.says(anna.dm, 'hello?')
    const reply = await world.discord.world.waitForReply(question, 10_000)
    await first[Symbol.asyncDispose]()
    release.resolve()
    await world.startBot()
    await eventually(() => isDelivered(world, question), { withinMs: 15_000 })
    expect(repliesTo(world, question)).toEqual([reply])
    expect(reply.content).toBe('Hello there.')
  })
})

describe('requests that fail', () => {
  it('shows one answer when Discord took it and the connection broke before it said so', async () => {
    await using world = await openDiscordWorld({ postgres })
    world.discord.faults.add({ method: 'POST', path: /^\/channels\/\d+\/messages$/, effect: 'lost-answer' })
    const anna = world.discord.world.person('Anna')
    const question = anna.says(anna.dm, 'hello?')
    await waitForReplies(world, [question])
    await eventually(() => isDelivered(world, question))
    expect(repliesTo(world, question)).toHaveLength(1)
  })

  it('tries an answer again that Discord did not take for a while', async () => {
    await using world = await openDiscordWorld({ postgres })
    world.discord.faults.add({
      method: 'POST',
      path: /^\/channels\/\d+\/messages$/,
      times: 5,
      effect: { status: 502 },
    })
    const anna = world.discord.world.person('Anna')
    const question = anna.says(anna.dm, 'hello?')
    await waitForReplies(world, [question])
    expect(repliesTo(world, question)).toHaveLength(1)
  })

  it('shows an answer whose end was lost on the bus', async () => {
    await using world = await openDiscordWorld({
      postgres,
      withoutBot: true,
      model: scriptedModel(answering('Hello there.')),
    })
    const deaf = Object.assign(Object.create(world.bus), {
      subscribe: async function* () {},
      enqueue: world.bus.enqueue.bind(world.bus),
      publish: world.bus.publish.bind(world.bus),
    })
    await world.startBot({ bus: deaf })
    const anna = world.discord.world.person('Anna')
    const question = anna.says(anna.dm, 'hello?')
    await waitForReplies(world, [question])
    await eventually(() => isDelivered(world, question))
  })

  it('gives up on an answer that somebody deleted while it was written', async () => {
    const release = Promise.withResolvers<void>()
    await using world = await openDiscordWorld({
      postgres,
      model: scriptedModel(stallingAfter(['Hello', ' there.'], release.promise)),
    })
    const { world: people } = world.discord
    const anna = people.person('Anna')
    const lobby = people.guild({ owner: anna }).channel('lobby')
    const question = anna.says(lobby, 'hello?', { mentionBot: true })
    const reply = await people.waitForReply(question, 10_000)
    anna.deletes(reply)
    release.resolve()
    await eventually(async () => (await turnOf(world, question))?.status !== 'running')
    await eventually(() => isDelivered(world, question), { withinMs: 15_000 })
    expect(repliesTo(world, question)).toEqual([])
  })

  it('stops asking once the token is revoked', async () => {
    await using world = await openDiscordWorld({ postgres, withoutBot: true })
    const bot = await world.startBot()
    world.discord.faults.add({ path: /./, times: 1_000, effect: { status: 401 } })
    const { world: people } = world.discord
    const askers = Array.from({ length: 10 }, (_, index) => people.person(`Person ${index}`))
    for (const person of askers) person.says(person.dm, 'hello?')
    const failure = await bot.failure
    expect(failure).toBeInstanceOf(DiscordTokenError)
    expect(world.discord.ledger.of('request').filter(({ status }) => status === 401).length).toBeLessThan(25)
  })
})

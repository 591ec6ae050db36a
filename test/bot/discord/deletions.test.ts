import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { turnIdOf } from '#core/chat/turn-id.ts'
import type { ChatCompletionRequest } from '#core/inference/ports.ts'
import { getTurn } from '#core/store/turns.ts'
import { named, repeating } from '#test/support/discord/gateway/delivery.ts'
import type { MessageRecord } from '#test/support/discord/state/records.ts'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, type Script, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { type DiscordWorld, openDiscordWorld } from './world.ts'

let postgres: TestPostgres
let world: DiscordWorld

/** Whoever writes "wait" is answered by half a sentence until `goOn`; everyone else at once. */
let goOn = Promise.withResolvers<void>()
const isToWait = ({ messages }: ChatCompletionRequest) => messages.at(-1)?.content.includes('wait') === true
const script: Script = (request, signal) =>
  isToWait(request)
    ? stallingAfter(['Half a sen'], goOn.promise)(request, signal)
    : answering('Hello there.')(request, signal)

beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openDiscordWorld({ postgres, model: scriptedModel(script) })
})
afterAll(async () => {
  goOn.resolve()
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

function scene() {
  const { world: people } = world.discord
  const anna = people.person('Anna')
  const guild = people.guild({ owner: anna })
  return { people, anna, guild, lobby: guild.channel('lobby') }
}

const turnOf = (message: MessageRecord) =>
  getTurn(world.db, turnIdOf({ platform: 'discord', platformUserId: message.author.id }, message.id))

const isGone = (message: MessageRecord) =>
  world.discord.world.waitFor(
    'the answer to be gone',
    () => (message.deletedAt !== undefined ? true : undefined),
    10_000,
  )

const waitForText = (message: MessageRecord, text: string) =>
  world.discord.world.waitFor(text, () => (message.content === text ? true : undefined), 10_000)

describe('a deleted question', () => {
  it('takes its answer with it, also long after', async () => {
    const { people, anna, lobby } = scene()
    const question = anna.says(lobby, 'hello?', { mentionBot: true })
    const reply = await people.waitForReply(question, 10_000)
    await waitForText(reply, 'Hello there.')
    anna.deletes(question)
    await isGone(reply)
    await eventually(async () => (await turnOf(question))?.status === 'retracted')
    expect(await turnOf(question)).toMatchObject({ text: '', reply: '' })
  })

  it('stops an answer that is being written', async () => {
    const { people, anna, lobby } = scene()
    const question = anna.says(lobby, 'wait for it', { mentionBot: true })
    const reply = await people.waitForReply(question, 10_000)
    await waitForText(reply, 'Half a sen')
    anna.deletes(question)
    await isGone(reply)
    await eventually(async () => (await turnOf(question))?.status === 'retracted')
  })

  it('is never answered when it goes before the answer comes', async () => {
    const { people, anna, lobby } = scene()
    const questions = Array.from({ length: 20 }, (_, index) => {
      const person = people.person(`Person ${index}`)
      const question = person.says(person.dm, 'hello?')
      person.deletes(question)
      return question
    })
    await waitForText(
      await people.waitForReply(anna.says(lobby, 'hello?', { mentionBot: true }), 10_000),
      'Hello there.',
    )
    await eventually(async () => {
      const shown = people.botMessages.filter(({ reference, deletedAt }) => {
        const isToOne = questions.some(({ id }) => id === reference?.message_id)
        return isToOne && deletedAt === undefined
      })
      const turns = await Promise.all(questions.map(turnOf))
      return shown.length === 0 && turns.every((turn) => turn === undefined || turn.text + turn.reply === '')
    })
  })

  it('is recognised after a restart, and by a moderator who deletes many at once', async () => {
    await using other = await openDiscordWorld({ postgres, withoutBot: true })
    const people = other.discord.world
    const first = await other.startBot()
    const anna = people.person('Anna')
    const lobby = people.guild({ owner: anna }).channel('lobby')
    const questions = ['one', 'two', 'three'].map((text) => anna.says(lobby, text, { mentionBot: true }))
    const replies = await Promise.all(questions.map((question) => people.waitForReply(question, 10_000)))
    await people.waitFor(
      'answers',
      () => (replies.every(({ content }) => content === 'Hello there.') ? true : undefined),
      10_000,
    )
    await first[Symbol.asyncDispose]()
    await other.startBot()
    for (const question of questions) anna.deletes(question)
    await people.waitFor(
      'all gone',
      () => (replies.every(({ deletedAt }) => deletedAt !== undefined) ? true : undefined),
      10_000,
    )
  })
})

describe('an edited question', () => {
  it('is answered in its new words while it waits', async () => {
    const { people, anna } = scene()
    goOn = Promise.withResolvers()
    const first = anna.says(anna.dm, 'wait for it')
    await waitForText(await people.waitForReply(first, 10_000), 'Half a sen')
    const second = anna.says(anna.dm, 'old words')
    anna.edits(second, 'new words')
    goOn.resolve()
    await waitForText(await people.waitForReply(second, 10_000), 'Hello there.')
    expect((await turnOf(second))?.text).toBe('new words')
    goOn = Promise.withResolvers()
  })

  it('keeps its answer once that has begun', async () => {
    const { people, anna } = scene()
    const question = anna.says(anna.dm, 'old words')
    const reply = await people.waitForReply(question, 10_000)
    await waitForText(reply, 'Hello there.')
    anna.edits(question, 'new words')
    const next = await people.waitForReply(anna.says(anna.dm, 'next'), 10_000)
    await waitForText(next, 'Hello there.')
    expect((await turnOf(question))?.text).toBe('old words')
    expect(people.botMessages.filter(({ reference }) => reference?.message_id === question.id)).toEqual([
      reply,
    ])
  })
})

describe('what Discord repeats', () => {
  it('is answered once', async () => {
    const { people } = scene()
    let seed = 1
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    world.discord.gateway.delivery = repeating(named('MESSAGE_CREATE', 'INTERACTION_CREATE'), {
      share: 0.5,
      random,
    })
    const questions = Array.from({ length: 40 }, (_, index) => {
      const person = people.person(`Person ${index}`)
      return person.says(person.dm, 'hello?')
    })
    const replies = await Promise.all(questions.map((question) => people.waitForReply(question, 15_000)))
    await people.waitFor(
      'answers',
      () => (replies.every(({ content }) => content === 'Hello there.') ? true : undefined),
      15_000,
    )
    world.discord.gateway.delivery = undefined
    for (const { id } of questions)
      expect(people.botMessages.filter(({ reference }) => reference?.message_id === id)).toHaveLength(1)
  })
})

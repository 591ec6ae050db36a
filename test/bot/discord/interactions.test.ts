import { MessageFlags, PermissionFlagsBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashOf } from '#bot/discord/command-registration.ts'
import { commands } from '#bot/discord/commands/all.ts'
import { findConversation, listTurnsForPlace } from '#core/store/conversations.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, scriptedModel, stallingAfter } from '#test/support/scripted-chat-model.ts'
import { type DiscordWorld, openDiscordWorld } from './world.ts'

let postgres: TestPostgres
let world: DiscordWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openDiscordWorld({ postgres })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

function scene() {
  const { world: people } = world.discord
  const anna = people.person('Anna')
  const guild = people.guild({ owner: anna })
  return { people, anna, guild, lobby: guild.channel('lobby') }
}

describe('/ask', () => {
  it('answers in the deferred message, for everyone', async () => {
    const { anna, lobby } = scene()
    const asked = anna.slash(lobby, 'ask', { question: 'how are you?' })
    const answer = await asked.waitForMessage(({ content }) => content === 'Hello there.', 10_000)
    expect(asked.isDeferred).toBe(true)
    expect(asked.isEphemeral).toBe(false)
    expect(asked.messages).toHaveLength(1)
    expect(answer.flags & MessageFlags.SuppressEmbeds).toBeTruthy()
    const [turn] = await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 1 })
    expect(turn).toMatchObject({ text: 'how are you?', locale: 'en-US' })
  })

  it('works where only the person has installed the app', async () => {
    const { people, anna } = scene()
    const foreign = people.guild({ withoutBot: true, owner: anna })
    anna.hasInstalledApp = true
    const asked = anna.slash(foreign.channel('elsewhere'), 'ask', { question: 'hi?' })
    await asked.waitForMessage(({ content }) => content === 'Hello there.', 10_000)
  })

  it('sends what does not fit as further messages', async () => {
    await using long = await openDiscordWorld({
      postgres,
      model: scriptedModel(answering('one line of an answer\n'.repeat(150))),
    })
    const anna = long.discord.world.person('Anna')
    const asked = anna.slash(anna.dm, 'ask', { question: 'tell me all' })
    await long.discord.world.waitFor(
      'both messages',
      () => (asked.messages.length === 2 ? true : undefined),
      15_000,
    )
    for (const { content } of asked.messages) expect(content.length).toBeLessThanOrEqual(2_000)
  })
})

describe('the menu of a message', () => {
  it('asks about a message that it could not read otherwise', async () => {
    const { people, anna, guild, lobby } = scene()
    const ben = people.person('Ben')
    guild.add(ben)
    const remark = ben.says(lobby, 'the moon is cheese')
    const asked = anna.contextMenu(lobby, 'Ask about this', remark)
    await asked.waitForMessage(({ content }) => content === 'Hello there.', 10_000)
    const [turn] = await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 1 })
    expect(turn?.text).toBe('What do you make of this message?')
  })

  it('says to the person alone when there is nothing to read', async () => {
    const { anna, lobby } = scene()
    const empty = anna.says(lobby, '', {
      files: [{ name: 'cat.png', contentType: 'image/png', bytes: Buffer.from('meow') }],
    })
    const asked = anna.contextMenu(lobby, 'Ask about this', empty)
    const told = await asked.waitForMessage(({ content }) => /no text/.test(content), 10_000)
    expect(told.flags & MessageFlags.Ephemeral).toBeTruthy()
    expect(asked.messages).toHaveLength(1)
  })
})

describe('the first three seconds', () => {
  it('defers at once while the bus is stuck, and answers when it moves again', async () => {
    const stuck = Promise.withResolvers<void>()
    await using slow = await openDiscordWorld({ postgres, withoutBot: true })
    const enqueue = slow.bus.enqueue.bind(slow.bus)
    const bus = Object.assign(Object.create(slow.bus), {
      enqueue: async (...args: Parameters<typeof enqueue>) => {
        await stuck.promise
        await enqueue(...args)
      },
      subscribe: slow.bus.subscribe.bind(slow.bus),
      publish: slow.bus.publish.bind(slow.bus),
    })
    await slow.startBot({ bus })
    const anna = slow.discord.world.person('Anna')
    const asked = anna.slash(anna.dm, 'ask', { question: 'anyone?' })
    await asked.waitForAnswer()
    expect(asked.answeredAfterMs).toBeLessThan(3_000)
    expect(asked.original?.content).toBe('')
    stuck.resolve()
    await asked.waitForMessage(({ content }) => content === 'Hello there.', 10_000)
  })

  it('defers at once while the database hangs', async () => {
    await using slow = await openDiscordWorld({ postgres, withoutBot: true })
    let isHanging = false
    // Whatever is asked of it and of what it returns, no promise of it ever settles.
    const hung: object = new Proxy(() => undefined, {
      get: (_target, property) => (property === 'then' ? () => undefined : hung),
      apply: () => hung,
    })
    const db = new Proxy(slow.db, {
      get: (target, property, receiver) => (isHanging ? hung : Reflect.get(target, property, receiver)),
    })
    await slow.startBot({ store: { db } })
    isHanging = true
    const anna = slow.discord.world.person('Anna')
    const guild = slow.discord.world.guild({ owner: anna })
    const asked = anna.slash(guild.channel('lobby'), 'ask', { question: 'anyone?' })
    await asked.waitForAnswer()
    expect(asked.answeredAfterMs).toBeLessThan(3_000)
    await asked.waitForMessage(({ content }) => content === 'Hello there.', 15_000)
    isHanging = false
  })
})

describe('after fifteen minutes', () => {
  it('answers by an ordinary message in the channel', async () => {
    const late = Promise.withResolvers<void>()
    await using slow = await openDiscordWorld({
      postgres,
      model: scriptedModel(stallingAfter(['Better late.'], late.promise)),
    })
    const anna = slow.discord.world.person('Anna')
    const lobby = slow.discord.world.guild({ owner: anna }).channel('lobby')
    const asked = anna.slash(lobby, 'ask', { question: 'take your time' })
    await asked.waitForAnswer()
    slow.discord.clock.advance(16 * 60_000)
    late.resolve()
    const answer = await slow.discord.world.waitForMessage(
      ({ content, interaction }) => content === 'Better late.' && interaction === undefined,
      10_000,
    )
    expect(answer.channelId).toBe(lobby.id)
    expect(answer.reference?.message_id).toBe(asked.original?.id)
  })
})

describe('failures', () => {
  it('are told to the person alone, in a plain sentence', async () => {
    await using broken = await openDiscordWorld({ postgres, withoutBot: true })
    const bus = Object.assign(Object.create(broken.bus), {
      enqueue: () => Promise.reject(new Error('the disk is full')),
      subscribe: broken.bus.subscribe.bind(broken.bus),
    })
    await broken.startBot({ bus })
    const anna = broken.discord.world.person('Anna')
    const asked = anna.slash(anna.dm, 'ask', { question: 'anyone?' })
    const told = await asked.waitForMessage(({ content }) => /can't take questions/.test(content), 10_000)
    expect(told.flags & MessageFlags.Ephemeral).toBeTruthy()
    expect(asked.messages).toEqual([told])
  })

  it('tell somebody with too many waiting questions to wait', async () => {
    await using idle = await openDiscordWorld({ postgres, model: undefined })
    const anna = idle.discord.world.person('Anna')
    const asked = Array.from({ length: 40 }, () => anna.slash(anna.dm, 'ask', { question: 'again' }))
    const told = await idle.discord.world.waitForMessage(
      ({ content }) => /several questions waiting/.test(content),
      15_000,
    )
    expect(told.flags & MessageFlags.Ephemeral).toBeTruthy()
    expect(asked.every(({ hasFailed }) => !hasFailed)).toBe(true)
  })
})

describe('the commands', () => {
  const definitions = [...commands.values()].map(({ definition }) => definition)

  it('are named and described in English, German and Japanese, all the way down', () => {
    const visit = (entry: {
      name: string
      name_localizations?: object
      options?: object[]
      choices?: object[]
    }) => {
      expect(Object.keys(entry.name_localizations ?? {}).sort(), entry.name).toEqual(['de', 'ja'])
      if ('description' in entry)
        expect(
          Object.keys(
            (entry as { description_localizations?: object }).description_localizations ?? {},
          ).sort(),
        ).toEqual(['de', 'ja'])
      for (const inner of [...(entry.options ?? []), ...(entry.choices ?? [])]) visit(inner as never)
    }
    for (const definition of definitions) visit(definition as never)
    expect(definitions.map(({ name }) => name)).toEqual([
      'ask',
      'Ask about this',
      'join',
      'leave',
      'stop',
      'voice',
      'persona',
      'forget',
      'privacy',
      'settings',
    ])
  })

  it('offer server settings only to those who may manage the server', () => {
    const settings = definitions.find(({ name }) => name === 'settings')
    expect(settings?.default_member_permissions).toBe(PermissionFlagsBits.ManageGuild.toString())
  })

  it('are registered once, and again only when they changed', async () => {
    const { registrations } = world.discord.world.commands()
    expect(registrations).toBe(1)
    await world.startBot()
    expect(world.discord.world.commands().registrations).toBe(1)
    expect(hashOf(definitions)).not.toBe(hashOf(definitions.slice(1)))
  })

  it('are known in direct messages and to people who installed the app', async () => {
    const { anna } = scene()
    const asked = anna.slash(anna.dm, 'privacy')
    await asked.waitForMessage(() => true, 10_000)
    expect(await findConversation(world.db, 'discord', anna.dm.id)).toBeUndefined()
  })
})

import { GatewayIntentBits, MessageFlags, PermissionFlagsBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findConversation, listTurnsForPlace } from '#core/store/conversations.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
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

/** Somebody in the only channel of a guild with the bot. */
function scene() {
  const { world: people } = world.discord
  const anna = people.person('Anna')
  const guild = people.guild({ owner: anna })
  return { people, anna, guild, lobby: guild.channel('lobby') }
}

const waitForText = (text: string, look: () => { content: string } | undefined) =>
  world.discord.world.waitFor(`the text ${text}`, () => (look()?.content === text ? true : undefined), 10_000)

describe('without the message content intent', () => {
  it('asks for four intents, none of them privileged', () => {
    const [identified] = world.discord.ledger.of('gateway.identified')
    const { Guilds, GuildMessages, DirectMessages, GuildVoiceStates } = GatewayIntentBits
    expect(identified?.intents).toBe(Guilds | GuildMessages | DirectMessages | GuildVoiceStates)
  })

  it('answers a mention by a reply that pings nobody and unfurls nothing', async () => {
    const { people, anna, lobby } = scene()
    const question = anna.says(lobby, 'hello?', { mentionBot: true })
    const reply = await people.waitForReply(question, 10_000)
    await waitForText('Hello there.', () => reply)
    expect(reply.pings).toEqual({ everyone: false, userIds: new Set(), roleIds: new Set() })
    expect(reply.flags & MessageFlags.SuppressEmbeds).toBeTruthy()
    const turns = await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 5 })
    expect(turns.map(({ text, reply }) => [text, reply])).toEqual([['hello?', 'Hello there.']])
  })

  it('answers a reply to its own message', async () => {
    const { people, anna, lobby } = scene()
    const first = await people.waitForReply(anna.says(lobby, 'hi', { mentionBot: true }), 10_000)
    await waitForText('Hello there.', () => first)
    const second = await people.waitForReply(anna.says(lobby, 'and you?', { replyTo: first }), 10_000)
    await waitForText('Hello there.', () => second)
  })

  it('says how to be heard, once, when a reply without a ping hides its words', async () => {
    const { people, anna, lobby } = scene()
    const first = await people.waitForReply(anna.says(lobby, 'hi', { mentionBot: true }), 10_000)
    const hidden = anna.says(lobby, 'secret', { replyTo: first, pings: false })
    const hint = await people.waitForReply(hidden, 10_000)
    expect(hint.content).toMatch(/only read messages that mention me/)
    anna.says(lobby, 'more', { replyTo: first, pings: false })
    const last = await people.waitForReply(anna.says(lobby, 'end', { mentionBot: true }), 10_000)
    await waitForText('Hello there.', () => last)
    expect(lobby.messages.filter(({ content }) => content === hint.content)).toHaveLength(1)
  })

  it('answers direct messages', async () => {
    const { people, anna } = scene()
    const reply = await people.waitForReply(anna.says(anna.dm, 'psst'), 10_000)
    await waitForText('Hello there.', () => reply)
    expect((await findConversation(world.db, 'discord', anna.dm.id))?.place).toEqual({
      kind: 'dm',
      id: anna.dm.id,
    })
  })

  it('answers in threads, whose settings are those of their channel', async () => {
    const { people, anna, guild, lobby } = scene()
    const thread = lobby.thread('side talk', anna)
    const reply = await people.waitForReply(anna.says(thread, 'here?', { mentionBot: true }), 10_000)
    await waitForText('Hello there.', () => reply)
    const conversation = await findConversation(world.db, 'discord', thread.id)
    expect(conversation?.place).toEqual({
      kind: 'thread',
      id: thread.id,
      guildId: guild.id,
      parentId: lobby.id,
    })
    expect(thread.messages.some(({ type }) => type === 18)).toBe(false)
  })

  it('shows that it is typing while it thinks', async () => {
    const { people, anna, lobby } = scene()
    const reply = await people.waitForReply(anna.says(lobby, 'hm?', { mentionBot: true }), 10_000)
    expect(people.typing.some(({ channelId, at }) => channelId === lobby.id && at <= reply.createdAt)).toBe(
      true,
    )
  })

  it('greets a bare mention and says that it cannot see pictures', async () => {
    const { people, anna, lobby } = scene()
    expect((await people.waitForReply(anna.says(lobby, '', { mentionBot: true }), 10_000)).content).toMatch(
      /I'm here/,
    )
    const ben = people.person('Ben')
    const shown = ben.says(ben.dm, '', {
      files: [{ name: 'cat.png', contentType: 'image/png', bytes: Buffer.from('meow') }],
    })
    expect((await people.waitForReply(shown, 10_000)).content).toMatch(/only read text/)
  })
})

describe('whom it does not answer', () => {
  it('ignores messages that are not for it, other bots, and itself', async () => {
    const { people, anna, guild, lobby } = scene()
    const robot = people.person('Robot', { isBot: true })
    guild.add(robot)
    anna.says(lobby, 'nobody in particular')
    robot.says(lobby, 'hello fellow bot', { mentionBot: true })
    robot.says(robot.dm, 'hello in private')
    const last = await people.waitForReply(anna.says(lobby, 'you!', { mentionBot: true }), 10_000)
    await waitForText('Hello there.', () => last)
    expect(lobby.messages.filter(({ author }) => author.id === world.discord.applicationId)).toHaveLength(1)
    expect(robot.dm.messages).toHaveLength(1)
  })

  it('stays away from channels where it may not write, and keeps nothing waiting', async () => {
    const { people, anna, lobby, guild } = scene()
    lobby.deny(PermissionFlagsBits.SendMessages)
    anna.says(lobby, 'hello?', { mentionBot: true })
    const other = guild.channel('other')
    const reply = await people.waitForReply(anna.says(other, 'hello?', { mentionBot: true }), 10_000)
    await waitForText('Hello there.', () => reply)
    expect(lobby.messages.filter(({ author }) => author.id === world.discord.applicationId)).toHaveLength(0)
  })
})

describe('who is who', () => {
  it('gives the model names instead of ids', async () => {
    const { people, anna, guild, lobby } = scene()
    const ben = people.person('Ben')
    guild.add(ben, { nick: 'Benny' })
    const question = anna.says(lobby, `what about <@${ben.id}> and <@&42>?`, { mentionBot: true })
    await people.waitForReply(question, 10_000)
    const [turn] = await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 1 })
    expect(turn?.text).toMatch(/^what about @(Ben|Benny) and @role\?$/)
  })
})

import { MessageFlags, PermissionFlagsBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listTurnsForPlace } from '#core/store/conversations.ts'
import { ensureAuthor, getPersonPreferences } from '#core/store/people.ts'
import { getSetting } from '#core/store/settings.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Interaction } from '#test/support/discord/world/interaction.ts'
import type { Person } from '#test/support/discord/world/person.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { answering, type ScriptedModel, scriptedModel } from '#test/support/scripted-chat-model.ts'
import { type DiscordWorld, openDiscordWorld } from './world.ts'

let postgres: TestPostgres
let world: DiscordWorld
let model: ScriptedModel
beforeAll(async () => {
  postgres = await startTestPostgres()
  model = scriptedModel(answering('Hello there.'))
  world = await openDiscordWorld({ postgres, model })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

/** Anna owns the guild, Ben is a member, Mod may manage it. */
function scene() {
  const { world: people } = world.discord
  const [anna, ben, mod] = ['Anna', 'Ben', 'Mod'].map((name) => people.person(name)) as [
    Person,
    Person,
    Person,
  ]
  const guild = people.guild({ owner: anna })
  guild.add(ben)
  guild.add(mod, { roleIds: [guild.role('mods', PermissionFlagsBits.ManageGuild)] })
  return { people, anna, ben, mod, guild, lobby: guild.channel('lobby') }
}

async function told(interaction: Interaction): Promise<string> {
  const message = await interaction.waitForMessage(({ content }) => content !== '', 10_000)
  expect(message.flags & MessageFlags.Ephemeral).toBeTruthy()
  return message.content
}

async function ask(person: Person, channel: Channel, text = 'hello?') {
  const question = person.says(channel, text, { mentionBot: true })
  const reply = await world.discord.world.waitForReply(question, 10_000)
  await world.discord.world.waitFor(
    'the answer',
    () => (reply.content === 'Hello there.' ? true : undefined),
    10_000,
  )
  return { question, reply }
}

const systemText = () => model.requests.at(-1)?.messages[0]?.content ?? ''

describe('/persona', () => {
  it('lets those who may manage the server change who answers there', async () => {
    const { mod, ben, lobby } = scene()
    expect(await told(mod.slash(lobby, 'persona set server', { name: 'Ember', style: 'in rhymes' }))).toMatch(
      /^Done/,
    )
    await ask(ben, lobby)
    expect(systemText()).toMatch(/^You are Ember/)
    expect(systemText()).toContain('in rhymes')
    expect(await told(ben.slash(lobby, 'persona show'))).toMatch(/\*\*Ember\*\*[\s\S]*in rhymes/)
  })

  it('keeps what was set before when another field is set, and takes all back on reset', async () => {
    const { mod, guild, lobby } = scene()
    await told(mod.slash(lobby, 'persona set server', { name: 'Ember' }))
    await told(mod.slash(lobby, 'persona set server', { greeting: 'Hey.' }))
    const scope = `discord:guild:${guild.id}`
    expect(await getSetting(world.db, scope, 'persona')).toEqual({ name: 'Ember', greeting: 'Hey.' })
    await told(mod.slash(lobby, 'persona reset', { where: 'server' }))
    expect(await getSetting(world.db, scope, 'persona')).toBeUndefined()
  })

  it('lets a channel differ from its server', async () => {
    const { mod, guild, lobby } = scene()
    const attic = guild.channel('attic')
    await told(mod.slash(lobby, 'persona set server', { name: 'Ember' }))
    await told(mod.slash(attic, 'persona set channel', { name: 'Moth' }))
    await ask(mod, attic)
    expect(systemText()).toMatch(/^You are Moth/)
    await ask(mod, lobby)
    expect(systemText()).toMatch(/^You are Ember/)
  })

  it('refuses everyone else, at the time of use', async () => {
    const { ben, guild, lobby } = scene()
    expect(await told(ben.slash(lobby, 'persona set server', { name: 'Evil' }))).toMatch(/manage this server/)
    expect(await told(ben.slash(lobby, 'persona set channel', { name: 'Evil' }))).toMatch(
      /manage this server/,
    )
    expect(await told(ben.slash(lobby, 'persona reset', { where: 'server' }))).toMatch(/manage this server/)
    expect(await getSetting(world.db, `discord:guild:${guild.id}`, 'persona')).toBeUndefined()
  })

  it('takes wishes of everyone for themselves, and they reach the model as theirs', async () => {
    const { ben, lobby } = scene()
    expect(await told(ben.slash(lobby, 'persona set me', { 'call-me': 'Captain', language: 'de' }))).toMatch(
      /for you/,
    )
    await ask(ben, lobby)
    expect(JSON.stringify(model.requests.at(-1)?.messages)).toContain('Captain')
    expect(systemText()).not.toContain('Captain')
    expect(await told(ben.slash(lobby, 'persona set me', { language: 'Klingon please' }))).toMatch(
      /short tag/,
    )
  })

  it('asks for a field when none is given, and knows no server in a direct message', async () => {
    const { mod, lobby } = scene()
    expect(await told(mod.slash(lobby, 'persona set server'))).toMatch(/at least one field/)
    expect(await told(mod.slash(mod.dm, 'persona set server', { name: 'Ember' }))).toMatch(
      /setting of a server/,
    )
  })
})

describe('/settings', () => {
  const allDay = { from: '00:00', to: '00:00', 'time-zone': 'UTC' }

  it('keeps quiet in quiet hours: a sign for mentions, a private sentence for commands', async () => {
    const { people, mod, ben, lobby } = scene()
    expect(await told(mod.slash(lobby, 'settings quiet-hours set', allDay))).toMatch(/answer nobody/)
    const question = ben.says(lobby, 'psst', { mentionBot: true })
    await people.waitFor('the moon', () => (question.reactions.has('🌙') ? true : undefined), 10_000)
    expect(await told(ben.slash(lobby, 'ask', { question: 'psst' }))).toMatch(/quiet time/)
    await ask(ben, ben.dm)
    await told(mod.slash(lobby, 'settings quiet-hours off'))
    await ask(ben, lobby)
    expect(question.reactions.has('🌙')).toBe(true)
  })

  it('refuses times and zones that are none, and suggests zones', async () => {
    const { mod, lobby } = scene()
    const wrong = { from: '25:00', to: 'soon', 'time-zone': 'Berlin' }
    expect(await told(mod.slash(lobby, 'settings quiet-hours set', wrong))).toMatch(/two times/)
    const typed = mod.autocomplete(lobby, 'settings quiet-hours set', { 'time-zone': 'berl' }, 'time-zone')
    const answer = await typed.waitForAnswer()
    expect(answer).toMatchObject({ data: { choices: [{ name: 'Europe/Berlin', value: 'Europe/Berlin' }] } })
  })

  it('talks in allowed channels and their threads only', async () => {
    const { people, mod, ben, guild, lobby } = scene()
    const attic = guild.channel('attic')
    await told(mod.slash(lobby, 'settings channels allow', { channel: lobby.id }))
    ben.says(attic, 'anyone?', { mentionBot: true })
    expect(await told(ben.slash(attic, 'ask', { question: 'anyone?' }))).toContain(`<#${lobby.id}>`)
    await ask(ben, lobby.thread('side talk', ben))
    expect(attic.messages.filter(({ author }) => author.id === world.discord.applicationId)).toHaveLength(0)
    expect(await told(mod.slash(lobby, 'settings show'))).toContain(`<#${lobby.id}>`)
    await told(mod.slash(lobby, 'settings channels everywhere'))
    await ask(ben, attic)
    expect(people.commands().registrations).toBe(1)
  })

  it('refuses those who may not manage the server, whatever their menu shows', async () => {
    const { people, ben, guild, lobby } = scene()
    expect(() => ben.slash(lobby, 'settings show')).toThrow(/not offered/)
    // A server may offer a command to whom it likes.
    const offered = people.commands().commands.find(({ name }) => name === 'settings')
    if (offered) offered.default_member_permissions = null
    expect(await told(ben.slash(lobby, 'settings quiet-hours set', allDay))).toMatch(/manage this server/)
    expect(await told(ben.slash(lobby, 'settings channels allow', { channel: lobby.id }))).toMatch(
      /manage this server/,
    )
    expect(await getSetting(world.db, `discord:guild:${guild.id}`, 'quietHours')).toBeUndefined()
  })
})

describe('/forget', () => {
  it('says what will go, asks once, and erases this channel only', async () => {
    const { ben, guild, lobby } = scene()
    const attic = guild.channel('attic')
    await ask(ben, lobby, 'my secret is blue')
    await ask(ben, attic, 'my secret is red')
    const asked = ben.slash(lobby, 'forget', { what: 'here' })
    expect(await told(asked)).toMatch(/in this channel[\s\S]*cannot be undone/)
    expect(await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 5 })).toHaveLength(1)
    const [message] = asked.messages
    if (message === undefined) throw new Error('no message with buttons')
    ben.clicks(message, 'forget:here')
    await world.discord.world.waitFor(
      'the result',
      () => (/^Done\. 1 exchange is/.test(message.content) ? true : undefined),
      10_000,
    )
    expect(message.components).toEqual([])
    expect(await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 5 })).toHaveLength(0)
    expect(await listTurnsForPlace(world.db, 'discord', attic.id, { limit: 5 })).toHaveLength(1)
  })

  it('erases everything of one person and nothing of others', async () => {
    const { anna, ben, lobby } = scene()
    await ask(anna, lobby, 'I stay')
    await ask(ben, lobby, 'I go')
    await ask(ben, ben.dm, 'I go, too')
    const asked = ben.slash(lobby, 'forget', { what: 'everything' })
    await told(asked)
    const [message] = asked.messages
    if (message === undefined) throw new Error('no message with buttons')
    ben.clicks(message, 'forget:everything')
    await world.discord.world.waitFor(
      'the result',
      () => (/^Done\. 2 exch/.test(message.content) ? true : undefined),
      10_000,
    )
    const left = await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 5 })
    expect(left.map(({ text }) => text)).toEqual(['I stay'])
    expect(await listTurnsForPlace(world.db, 'discord', ben.dm.id, { limit: 5 })).toEqual([])
  })

  it('erases nothing when the person thinks better of it', async () => {
    const { ben, lobby } = scene()
    await ask(ben, lobby, 'keep me')
    const asked = ben.slash(lobby, 'forget', { what: 'everything' })
    await told(asked)
    const [message] = asked.messages
    if (message === undefined) throw new Error('no message with buttons')
    ben.clicks(message, 'forget:keep')
    await world.discord.world.waitFor(
      'the result',
      () => (/Nothing was erased/.test(message.content) ? true : undefined),
      10_000,
    )
    expect(await listTurnsForPlace(world.db, 'discord', lobby.id, { limit: 5 })).toHaveLength(1)
  })
})

describe('/privacy', () => {
  it('says what is kept and where, and switches keeping off and on', async () => {
    const { ben, lobby } = scene()
    const author = { platform: 'discord', platformUserId: ben.id, displayName: 'Ben' } as const
    const { personId } = await ensureAuthor(world.db, author)
    const shown = ben.slash(lobby, 'privacy')
    expect(await told(shown)).toMatch(/What is kept[\s\S]*database[\s\S]*\/forget/)
    const [message] = shown.messages
    if (message === undefined) throw new Error('no message with buttons')
    ben.clicks(message, 'privacy:stop')
    await world.discord.world.waitFor(
      'the other text',
      () => (/Nothing of what you say/.test(message.content) ? true : undefined),
      10_000,
    )
    expect((await getPersonPreferences(world.db, personId)).keepsHistory).toBe(false)
    ben.clicks(message, 'privacy:keep')
    await world.discord.world.waitFor(
      'the first text',
      () => (/can follow our conversation/.test(message.content) ? true : undefined),
      10_000,
    )
    expect((await getPersonPreferences(world.db, personId)).keepsHistory).toBe(true)
  })
})

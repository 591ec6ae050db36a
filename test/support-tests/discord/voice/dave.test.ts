import type { VoiceConnection } from '@discordjs/voice'
import { describe, expect, it } from 'vitest'
import type { VoiceOptions } from '#test/support/discord/voice/behaviour.ts'
import type { DaveBehaviour } from '#test/support/discord/voice/dave/dave-behaviour.ts'
import { preciseNow } from '#test/support/discord/voice/now.ts'
import type { Channel } from '#test/support/discord/world/channel.ts'
import type { Person } from '#test/support/discord/world/person.ts'
import type { Scene } from '../bot.ts'
import { beginJoin, join, Listener, play, startVoiceScene } from './bot-voice.ts'
import { tone, toneIn } from './tones.ts'

const notes = [440, 660, 880, 1_320]

const scene = (dave: Partial<DaveBehaviour>) => startVoiceScene({ voice: { dave } })

const epochs = ({ discord }: Scene) =>
  discord.ledger
    .of('voice.dave.epoch')
    .map(({ epoch, by, members }) => ({ epoch, by, members: members.length }))

const privacyCode = ({ discord }: Scene, channel: Channel, person: Person) =>
  discord.voice.room(channel.id).dave.people.get(person.id)?.privacyCode

describe('an end-to-end encrypted call', () => {
  it.each([
    ['bot', 0],
    ['bot', 1],
    ['person', 0],
    ['person', 1],
  ] as const)(
    'is begun by the %s with transition %i and carries sound both ways',
    async (committer, nextTransitionId) => {
      await using all = await scene({ committer, nextTransitionId })
      const { discord, guild, alice, bot } = all
      const channel = guild.voiceChannel('talk')
      alice.joinVoice(channel)
      const connection = await join(bot, channel)
      expect(epochs(all)).toEqual([{ epoch: 1, by: committer, members: 2 }])
      await discord.world.waitFor('the bot in it', () => sameCode(all, channel, connection, alice))
      expect(connection.voicePrivacyCode).toMatch(/^(\d{5} ?){6}$/)
      const listener = new Listener(connection, alice.id)
      await alice.speaks(tone(440, 400))
      await discord.world.waitFor('all of it', () => listener.sounding[19])
      expect(toneIn(await listener.decode(), notes)).toBe(440)
      await play(connection, tone(880, 400))
      const heard = await channel.heard()
      expect(heard.undecryptable).toBe(0)
      expect(heard.frames.filter(({ isEndToEnd }) => isEndToEnd)).toHaveLength(20)
      expect(toneIn(heard.samples, notes)).toBe(880)
      connection.destroy()
    },
  )

  it.each(['bot', 'person'] as const)(
    'goes on, for whoever is there, when a third comes and one goes; the %s commits',
    async (committer) => {
      await using all = await scene({ committer })
      const { discord, guild, alice, bot } = all
      const channel = guild.voiceChannel('talk')
      const carol = newcomer(all)
      alice.joinVoice(channel)
      const connection = await join(bot, channel)
      const [fromAlice, fromCarol] = [new Listener(connection, alice.id), new Listener(connection, carol.id)]
      carol.joinVoice(channel)
      await epochReached(all, 2)
      expect(privacyCode(all, channel, carol)).toBe(privacyCode(all, channel, alice))
      await discord.world.waitFor('the bot there too', () => sameCode(all, channel, connection, carol))
      await Promise.all([alice.speaks(tone(440, 300)), carol.speaks(tone(660, 300))])
      await discord.world.waitFor('both', () => fromAlice.sounding[14] && fromCarol.sounding[14])
      expect(toneIn(await fromAlice.decode(), notes)).toBe(440)
      expect(toneIn(await fromCarol.decode(), notes)).toBe(660)
      alice.leaveVoice()
      await epochReached(all, 3)
      await discord.world.waitFor('the bot there too', () => sameCode(all, channel, connection, carol))
      const since = preciseNow()
      await play(connection, tone(880, 300))
      const heard = await channel.heard({ since })
      expect(heard.undecryptable).toBe(0)
      expect(toneIn(heard.samples, notes)).toBe(880)
      expect(epochs(all)).toEqual([
        { epoch: 1, by: committer, members: 2 },
        { epoch: 2, by: committer, members: 3 },
        { epoch: 3, by: committer, members: 2 },
      ])
      connection.destroy()
    },
  )

  it('takes the bot in by a Welcome where people talk already, and again when it comes back', async () => {
    await using all = await scene({})
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    const carol = newcomer(all)
    for (const person of [alice, carol]) person.joinVoice(channel)
    for (const times of [1, 2]) {
      const connection = await join(bot, channel)
      await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, carol))
      const listener = new Listener(connection, carol.id)
      await carol.speaks(tone(1_320, 300))
      await discord.world.waitFor('all of it', () => listener.sounding[14])
      expect(toneIn(await listener.decode(), notes)).toBe(1_320)
      connection.destroy()
      await epochReached(all, 2 * times + 1)
    }
    expect(epochs(all).map(({ members }) => members)).toEqual([2, 3, 2, 3, 2])
  })

  it('falls back to transport encryption and comes back, with sound all the time', async () => {
    await using all = await scene({})
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const room = discord.voice.room(channel.id)
    const listener = new Listener(connection, alice.id)
    room.downgrade()
    await discord.world.waitFor('the fall', () => room.session?.daveVersion === 0 || undefined)
    await alice.speaks(tone(440, 300))
    await play(connection, tone(880, 300))
    const plain = await channel.heard()
    expect(plain.frames.filter(({ isEndToEnd }) => isEndToEnd)).toHaveLength(0)
    expect(toneIn(plain.samples, notes)).toBe(880)
    expect(toneIn(await listener.decode(), notes)).toBe(440)
    room.upgrade()
    await channel.waitForBot()
    await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, alice))
    const [before, since] = [listener.sounding.length, preciseNow()]
    await alice.speaks(tone(660, 300))
    await discord.world.waitFor('all of it', () => listener.sounding[before + 14])
    await play(connection, tone(1_320, 300))
    const encrypted = await channel.heard({ since })
    expect(encrypted.frames.filter(({ isEndToEnd }) => isEndToEnd)).toHaveLength(15)
    expect(toneIn(encrypted.samples, notes)).toBe(1_320)
    connection.destroy()
  })

  it.each([
    ['the external sender comes late', { dave: { externalSender: 'when-needed' } }],
    [
      'the external sender comes late, to a newcomer',
      { dave: { externalSender: 'when-needed', committer: 'person' } },
    ],
    ['people are listed late', { listsPeopleAfter: 'session-description' }],
    ['somebody is removed before they are gone', { dave: { announcesLeaving: 'after' } }],
  ] as const)('works when %s', async (_what, voice: VoiceOptions) => {
    await using all = await startVoiceScene({ voice })
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    const carol = newcomer(all)
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    carol.joinVoice(channel)
    await epochReached(all, 2)
    alice.leaveVoice()
    await epochReached(all, 3)
    await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, carol))
    connection.destroy()
  })

  it('gets a commit from a person when the bot makes none in time', async () => {
    await using all = await scene({ botCommitsWithinMs: 0, committer: 'bot' })
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    // Begun by alice, as she alone is in the group that the bot comes to.
    discord.voice.behave({ dave: { committer: 'person' } })
    const connection = await join(bot, channel)
    discord.voice.behave({ dave: { committer: 'bot' } })
    const carol = newcomer(all)
    carol.joinVoice(channel)
    expect(await epochReached(all, 2)).toMatchObject({ members: [alice.id, bot.user.id, carol.id] })
    await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, carol))
    connection.destroy()
  })

  it('keeps up with people who come and go faster than it can follow', async () => {
    await using all = await scene({})
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const crowd = ['bob', 'carol', 'dave'].map((name) => discord.world.person(name))
    for (const person of crowd) guild.add(person)
    for (const person of crowd) person.joinVoice(channel)
    crowd[1]?.leaveVoice()
    crowd[0]?.leaveVoice()
    crowd[0]?.joinVoice(channel)
    const there = [alice, bot.user, crowd[0], crowd[2]].map((person) => person?.id).toSorted()
    const inGroup = () => discord.ledger.of('voice.dave.epoch').at(-1)?.members.toSorted()
    await discord.world.waitFor('all four', () => (inGroup()?.join() === there.join() ? true : undefined))
    for (const person of [alice, crowd[0], crowd[2]])
      if (person)
        await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, person))
    expect(discord.ledger.of('stand-in.failed')).toEqual([])
    connection.destroy()
  })

  it('turns a bot away that does not know it, with 4017', async () => {
    await using all = await scene({})
    const { discord, guild, bot } = all
    const connection = beginJoin(bot, guild.voiceChannel('talk'), { daveEncryption: false })
    const closed = await discord.world.waitFor('the close', () => discord.ledger.of('voice.closed')[0])
    expect(closed).toMatchObject({ code: 4017, by: 'stand-in' })
    connection.destroy()
  })

  it('has no encryption of its own on a stage', async () => {
    await using all = await scene({})
    const { discord, guild, bot } = all
    const connection = await join(bot, guild.voiceChannel('stage', { isStage: true }))
    expect(discord.ledger.of('voice.ready')).toMatchObject([{ daveVersion: 0 }])
    connection.destroy()
  })

  it('goes on without the bot when its commit comes too late', async () => {
    await using all = await scene({ committer: 'person' })
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const carol = newcomer(all)
    carol.joinVoice(channel)
    const late = await discord.world.waitFor(
      'its commit',
      () => discord.ledger.of('voice.dave.bot-commit')[0],
    )
    expect(late.counts).toBe(false)
    await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, carol))
    connection.destroy()
  })
})

describe('a flood of frames that cannot be decrypted', () => {
  it('ends the stream after a transition 0', async () => {
    await using all = await scene({ nextTransitionId: 0 })
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const listener = new Listener(connection, alice.id)
    await alice.speaks(tone(440, 1_000), { damage: 'end-to-end', isBurst: true })
    const error = await discord.world.waitFor('the end of the stream', () => listener.error)
    expect(error.message).toMatch(/Decrypt/)
    expect(listener.sounding).toHaveLength(0)
    connection.destroy()
  })

  it('makes the library begin anew after another transition, and the group takes it back', async () => {
    await using all = await scene({})
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const listener = new Listener(connection, alice.id)
    await alice.speaks(tone(440, 1_000), { damage: 'end-to-end', isBurst: true })
    await discord.world.waitFor('its call for help', () => discord.ledger.of('voice.dave.invalid')[0])
    await discord.world.waitFor('the same group', () => sameCode(all, channel, connection, alice))
    await channel.waitForBot()
    // While it begins anew the library hands out frames as they are, still encrypted: they are no Opus.
    const before = listener.sounding.length
    await alice.speaks(tone(660, 300))
    await discord.world.waitFor('all of it', () => listener.sounding[before + 14])
    expect(toneIn(await listener.decode(before), notes)).toBe(660)
    connection.destroy()
  })

  it('is only a gap when few frames are bad, and one of frames that are not encrypted too', async () => {
    await using all = await scene({})
    const { discord, guild, alice, bot } = all
    const channel = guild.voiceChannel('talk')
    alice.joinVoice(channel)
    const connection = await join(bot, channel)
    const listener = new Listener(connection, alice.id)
    await alice.speaks(tone(440, 200), { damage: 'end-to-end' })
    await alice.speaks(tone(440, 200), { damage: 'unencrypted' })
    await alice.speaks(tone(660, 300))
    await discord.world.waitFor('the good ones', () => listener.sounding[14])
    expect(listener.error).toBeUndefined()
    expect(toneIn(await listener.decode(), notes)).toBe(660)
    connection.destroy()
  })
})

function newcomer({ discord, guild }: Scene): Person {
  const carol = discord.world.person('carol')
  guild.add(carol)
  return carol
}

const epochReached = (all: Scene, count: number) =>
  all.discord.world.waitFor(`${count} epochs`, () => all.discord.ledger.of('voice.dave.epoch')[count - 1])

function sameCode(all: Scene, channel: Channel, { voicePrivacyCode }: VoiceConnection, person: Person) {
  return (voicePrivacyCode && voicePrivacyCode === privacyCode(all, channel, person)) || undefined
}

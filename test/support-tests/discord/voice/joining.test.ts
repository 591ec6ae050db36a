import { entersState, type VoiceConnection, VoiceConnectionStatus } from '@discordjs/voice'
import { GatewayIntentBits } from 'discord.js'
import { PermissionFlagsBits } from 'discord-api-types/v10'
import { describe, expect, it } from 'vitest'
import { mostJoinsInAMinute } from '#test/support/discord/voice/join-rate.ts'
import { createBot, login, type Scene } from '../bot.ts'
import { beginJoin, join, startVoiceScene } from './bot-voice.ts'

const plain = { voice: { dave: { version: 0 as const } } }

const asked = ({ discord }: Scene) =>
  discord.world.waitFor('the request', () => discord.ledger.of('voice.asked')[0])

const becomes = (connection: VoiceConnection, status: VoiceConnectionStatus) =>
  entersState(connection, status, 5_000)

describe('a request to join', () => {
  it.each([
    ['full', 'full', PermissionFlagsBits.MoveMembers],
    ['closed to the bot', 'no permission', PermissionFlagsBits.Connect],
  ] as const)(
    'gets no answer when the channel is %s, until it may',
    async (_what, refusedBecause, needed) => {
      await using scene = await startVoiceScene(plain)
      const { guild, alice, bot } = scene
      const channel = guild.voiceChannel('talk', { userLimit: 1 })
      alice.joinVoice(channel)
      if (needed === PermissionFlagsBits.Connect) channel.deny(needed)
      const connection = beginJoin(bot, channel)
      expect(await asked(scene)).toMatchObject({ refusedBecause })
      expect(connection.state.status).toBe(VoiceConnectionStatus.Signalling)
      channel.allow(needed)
      channel.allow(PermissionFlagsBits.MoveMembers)
      connection.rejoin()
      await becomes(connection, VoiceConnectionStatus.Ready)
      connection.destroy()
    },
  )

  it('never connects the library when the server is told before the state', async () => {
    await using scene = await startVoiceScene({ voice: { serverUpdateFirst: true } })
    const { discord, guild, bot } = scene
    const connection = beginJoin(bot, guild.voiceChannel('talk'))
    await discord.world.waitFor('both events', () => discord.ledger.entries.filter(isVoiceEvent)[1])
    expect(connection.state.status).toBe(VoiceConnectionStatus.Signalling)
    expect(discord.ledger.of('voice.opened')).toEqual([])
    connection.destroy()
  })

  it('shows the bot who is there already', async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, alice, bot } = scene
    const channel = guild.voiceChannel('talk', { userLimit: 7 })
    alice.joinVoice(channel, { selfMute: true })
    const seen = await discord.world.waitFor('alice', () =>
      bot.guilds.cache.get(guild.id)?.voiceStates.cache.get(alice.id),
    )
    expect(seen).toMatchObject({ channelId: channel.id, selfMute: true })
    alice.setsVoice({ selfMute: false, selfDeaf: true })
    await discord.world.waitFor('the change', () => seen.selfDeaf || undefined)
    alice.leaveVoice()
    await discord.world.waitFor('the end', () => (seen.channelId === null ? true : undefined))
    await expect(bot.channels.fetch(channel.id)).resolves.toMatchObject({ userLimit: 7 })
  })

  it('makes the bot an audience on a stage until it may speak', async () => {
    await using scene = await startVoiceScene()
    const { discord, guild, bot } = scene
    const channel = guild.voiceChannel('stage', { isStage: true })
    const connection = await join(bot, channel)
    const voice = bot.guilds.cache.get(guild.id)?.members.me?.voice
    expect(voice?.suppress).toBe(true)
    await expect(voice?.setSuppressed(false)).rejects.toThrow(/Missing Permissions/)
    await voice?.setRequestToSpeak(true)
    channel.allow(PermissionFlagsBits.MuteMembers)
    await voice?.setSuppressed(false)
    await discord.world.waitFor('its voice', () => (voice?.suppress === false ? true : undefined))
    connection.destroy()
  })
})

describe('a connection', () => {
  it('ends with 4014 when a moderator kicks the bot', async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, bot } = scene
    const connection = await join(bot, guild.voiceChannel('talk'))
    discord.voice.moderation.kick(guild.id)
    await becomes(connection, VoiceConnectionStatus.Disconnected)
    expect(discord.ledger.of('voice.closed')).toMatchObject([{ code: 4014, by: 'stand-in' }])
    expect(bot.guilds.cache.get(guild.id)?.members.me?.voice.channelId ?? null).toBeNull()
    expect(mostJoinsInAMinute(discord.ledger.entries)).toBe(1)
    connection.destroy()
  })

  it.each([true, false])(
    'follows a moderator into another channel, when its socket is closed first: %s',
    async (moveClosesSocket) => {
      await using scene = await startVoiceScene({ voice: { moveClosesSocket } })
      const { discord, guild, alice, bot } = scene
      const connection = await join(bot, guild.voiceChannel('talk'))
      const other = guild.voiceChannel('other')
      alice.joinVoice(other)
      discord.voice.moderation.move(other)
      await other.waitForBot()
      await becomes(connection, VoiceConnectionStatus.Ready)
      expect(connection.joinConfig.channelId).toBe(other.id)
      expect(mostJoinsInAMinute(discord.ledger.entries)).toBe(1)
      connection.destroy()
    },
  )

  it('moves to another server when Discord says so', async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, bot } = scene
    const channel = guild.voiceChannel('talk')
    const connection = await join(bot, channel)
    const before = discord.voice.room(channel.id).session
    discord.voice.moderation.changeServer(guild.id)
    await discord.world.waitFor('the new one', () => discord.ledger.of('voice.ready')[1])
    await becomes(connection, VoiceConnectionStatus.Ready)
    expect(discord.voice.room(channel.id).session).not.toBe(before)
    connection.destroy()
  })

  it.each([[4015], [1001], [undefined]])(
    'is resumed after a close with %s, and gets what it missed',
    async (code) => {
      await using scene = await startVoiceScene(plain)
      const { discord, guild, alice, bot } = scene
      const channel = guild.voiceChannel('talk')
      const connection = await join(bot, channel)
      discord.voice.cut(code)
      alice.joinVoice(channel)
      const resumed = await discord.world.waitFor('the resume', () => discord.ledger.of('voice.resumed')[0])
      expect(resumed.replayed).toBe(1)
      await becomes(connection, VoiceConnectionStatus.Ready)
      expect(discord.ledger.of('voice.identified')).toHaveLength(1)
      connection.destroy()
    },
  )

  it('may hear that it is resumed after all that it missed', async () => {
    await using scene = await startVoiceScene({
      voice: { replaysBeforeResumed: true, heartbeatIntervalMs: 100 },
    })
    const { discord, guild, alice, bot } = scene
    const channel = guild.voiceChannel('talk')
    const connection = await join(bot, channel)
    discord.voice.cut(4015)
    alice.joinVoice(channel)
    await discord.world.waitFor('the resume', () => discord.ledger.of('voice.resumed')[0])
    await becomes(connection, VoiceConnectionStatus.Ready)
    const session = discord.voice.room(channel.id).session
    await discord.world.waitFor('its acknowledgement', () =>
      session && session.lastAck > 1 ? true : undefined,
    )
    connection.destroy()
  })

  it('ends with 4022 when its channel is deleted', async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, bot } = scene
    const channel = guild.voiceChannel('talk')
    const connection = await join(bot, channel)
    channel.delete()
    const closed = await discord.world.waitFor('the close', () => discord.ledger.of('voice.closed')[0])
    expect(closed).toMatchObject({ code: 4022, by: 'stand-in' })
    connection.destroy()
  })

  it("goes to whichever of the bot's processes asked last", async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, bot } = scene
    const channel = guild.voiceChannel('talk')
    const first = await join(bot, channel)
    const intents = [GatewayIntentBits.Guilds, GatewayIntentBits.GuildVoiceStates]
    const second = await login(createBot(discord, { intents }), discord.token)
    // Of the same process here, so the library must be told to keep them apart.
    const later = await join(second, channel, { group: 'second' })
    expect(discord.ledger.of('voice.ready')).toHaveLength(2)
    await discord.world.waitFor('the end of the first', () => discord.ledger.of('voice.closed')[0])
    later.destroy()
    first.destroy()
    await second.destroy()
  })

  it('is made anew after 4006', async () => {
    await using scene = await startVoiceScene(plain)
    const { discord, guild, bot } = scene
    const channel = guild.voiceChannel('talk')
    const connection = await join(bot, channel)
    discord.voice.cut(4006)
    await discord.world.waitFor('the new one', () => discord.ledger.of('voice.ready')[1])
    await becomes(connection, VoiceConnectionStatus.Ready)
    expect(mostJoinsInAMinute(discord.ledger.entries)).toBe(2)
    connection.destroy()
  })

  it('is given up by the library after three heartbeats without an answer', async () => {
    await using scene = await startVoiceScene({ voice: { heartbeatIntervalMs: 200, acksHeartbeats: false } })
    const { discord, guild, bot } = scene
    const connection = beginJoin(bot, guild.voiceChannel('talk'))
    const closed = await discord.world.waitFor('the close', () => discord.ledger.of('voice.closed')[0])
    expect(closed.by).toBe('bot')
    connection.destroy()
  })
})

describe('a server that refuses', () => {
  it.each([4004, 4017, 4021, 4022])(
    'with %i is stormed by the library alone, and the ledger counts it',
    async (code) => {
      await using scene = await startVoiceScene({ voice: { refusal: { code, at: 'identify' } } })
      const { discord, guild, bot } = scene
      const connection = beginJoin(bot, guild.voiceChannel('talk'))
      const joins = () => mostJoinsInAMinute(discord.ledger.entries)
      await discord.world.waitFor('a storm', () => (joins() > 20 ? true : undefined))
      connection.destroy()
      expect(discord.ledger.of('voice.closed')[0]).toMatchObject({ code, by: 'stand-in' })
    },
  )

  it('is stormed until the library has used up the 120 events a minute of its main connection', async () => {
    await using scene = await startVoiceScene({ voice: { refusal: { code: 4017, at: 'open' } } })
    const { discord, guild, bot } = scene
    const connection = beginJoin(bot, guild.voiceChannel('talk'))
    const joins = () => mostJoinsInAMinute(discord.ledger.entries)
    await discord.world.waitFor('the storm', () => (joins() > 100 ? true : undefined), 10_000)
    connection.destroy()
  })
})

const isVoiceEvent = (entry: { type: string; event?: string }) =>
  entry.type === 'gateway.dispatched' && entry.event?.startsWith('VOICE_')

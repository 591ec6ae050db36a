import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { GatewayIntentBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { spawnDiscordStandIn } from '#test/support/discord/remote.ts'
import { startDiscordStandIn } from '#test/support/discord/stand-in.ts'
import { trust, writeVoiceCertificate } from '#test/support/discord/voice/certificate.ts'
import { spawnNode } from '#test/support/spawned-process.ts'
import { createBot, login, standardIntents } from '../bot.ts'
import { beginJoin, Listener, play } from './bot-voice.ts'
import { tone, toneIn } from './tones.ts'

const notes = [440, 660, 880, 1_320]
const botMain = fileURLToPath(new URL('./bot-main.ts', import.meta.url))
let folder = ''
let certificatePath = ''

beforeAll(() => {
  folder = mkdtempSync(joinPath(tmpdir(), 'voice-'))
  certificatePath = joinPath(folder, 'certificate.pem')
  writeVoiceCertificate(certificatePath)
})

afterAll(() => rmSync(folder, { recursive: true }))

describe('a bot in its own process', () => {
  it.each([
    ['never', 'dies of'],
    ['after', 'dies of'],
    ['before', 'survives'],
  ] as const)('that is told of a newcomer %s the proposal %s it', async (announces, fate) => {
    await using discord = await startDiscordStandIn({ voice: { dave: { announces } } })
    const { world } = discord
    const guild = world.guild()
    const channel = guild.voiceChannel('talk')
    const [alice, carol] = [world.person('alice'), world.person('carol')]
    for (const person of [alice, carol]) guild.add(person)
    alice.joinVoice(channel)
    await using bot = spawnNode(botMain, [discord.apiUrl, discord.token, channel.id], {
      env: { NODE_EXTRA_CA_CERTS: certificatePath },
    })
    await bot.waitForLine(/^ready$/, 15_000)
    await channel.waitForBot()
    carol.joinVoice(channel)
    if (fate === 'survives') {
      await world.waitFor('the third member', () => discord.ledger.of('voice.dave.epoch')[1], 10_000)
      expect(bot.isRunning).toBe(true)
    } else {
      await bot.waitForLine(/UnexpectedUser/, 10_000)
      await bot.exited
      expect(bot.isRunning).toBe(false)
    }
  })
})

describe('a stand-in in its own process', () => {
  it('lets people talk and listen when it is told to', async () => {
    await using discord = await spawnDiscordStandIn({ rateLimits: false })
    trust(await discord.call('voiceCertificate', {}))
    const guildId = await discord.call('guild', {})
    const channelId = await discord.call('voiceChannel', { guildId, name: 'talk' })
    const { personId } = await discord.call('person', { name: 'alice', guildIds: [guildId] })
    await discord.call('joinVoice', { personId, channelId })
    const intents = [...standardIntents, GatewayIntentBits.GuildVoiceStates]
    const bot = await login(createBot(discord, { intents }), discord.token)
    const connection = beginJoin(bot, { id: channelId, guildId })
    await discord.call('waitForBot', { channelId, deadlineMs: 10_000 })
    const listener = new Listener(connection, personId)
    const spoken = await discord.call('speaks', { personId, sound: tone(440, 400) })
    expect(spoken.frames).toBe(20)
    await expect.poll(() => listener.sounding.length).toBe(20)
    expect(toneIn(await listener.decode(), notes)).toBe(440)
    await play(connection, tone(880, 400))
    const heard = await discord.call('heard', { channelId })
    expect(heard.undecryptable).toBe(0)
    expect(toneIn(heard.samples, notes)).toBe(880)
    expect(await discord.call('privacyCode', { personId, channelId })).toBe(connection.voicePrivacyCode)
    expect(await discord.call('mostJoinsInAMinute', {})).toBe(1)
    await discord.call('kickFromVoice', { guildId })
    await expect.poll(() => connection.state.status).toBe('disconnected')
    connection.destroy()
    await bot.destroy()
  })
})

import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VoiceEncryptionMode } from 'discord-api-types/voice/v8'
import { describe, expect, it } from 'vitest'
import type { VoiceOptions } from '#test/support/discord/voice/behaviour.ts'
import { Line } from '#test/support/discord/voice/impairment.ts'
import { preciseNow } from '#test/support/discord/voice/now.ts'
import { join as joinChannel, Listener, play, startVoiceScene } from './bot-voice.ts'
import { tone, toneIn } from './tones.ts'

const notes = [440, 660, 880, 1_320]

const talkOf = async (voice: VoiceOptions = {}) => {
  const scene = await startVoiceScene({ voice: { dave: { version: 0 }, ...voice } })
  const channel = scene.guild.voiceChannel('talk')
  scene.alice.joinVoice(channel)
  const connection = await joinChannel(scene.bot, channel)
  const listener = new Listener(connection, scene.alice.id)
  const leave = async () => {
    connection.destroy()
    await scene[Symbol.asyncDispose]()
  }
  return { ...scene, channel, connection, listener, [Symbol.asyncDispose]: leave }
}

describe('a call', () => {
  it.each([
    VoiceEncryptionMode.AeadAes256GcmRtpSize,
    VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize,
  ] as const)('carries sound both ways with %s', async (mode) => {
    await using call = await talkOf({ modes: [mode] })
    const { discord, alice, channel, connection, listener } = call
    const spoken = await alice.speaks(tone(440, 600))
    expect(spoken.frames).toBe(30)
    await discord.world.waitFor('all of it', () => listener.packets[34])
    expect(listener.sounding).toHaveLength(30)
    expect(toneIn(await listener.decode(), notes)).toBe(440)
    await play(connection, tone(880, 600))
    const heard = await channel.heard()
    expect(heard).toMatchObject({ lost: 0, undecryptable: 0 })
    expect(heard.frames.filter(({ isSilence }) => !isSilence)).toHaveLength(30)
    expect(toneIn(heard.samples, notes)).toBe(880)
    expect(discord.ledger.of('voice.ready')).toMatchObject([{ mode }])
    expect(discord.voice.keepAlives).toBeGreaterThan(0)
    await discord.world.waitFor('both ends', () => discord.ledger.of('voice.speaking')[1])
    expect(discord.ledger.of('voice.speaking').map(({ speaking }) => speaking)).toEqual([1, 0])
  })

  it('keeps time: a frame each 20 ms, pauses as pauses', async () => {
    await using call = await talkOf()
    const { channel, connection } = call
    // What alice says meanwhile takes a real 400 ms.
    const before = preciseNow()
    await play(connection, tone(440, 200))
    const pauseFrom = preciseNow()
    await call.alice.speaks(tone(660, 300))
    await play(connection, tone(440, 200))
    const { samples, firstSoundAt = 0, lastSoundAt = 0 } = await channel.heard()
    expect(firstSoundAt).toBeGreaterThan(before)
    expect(lastSoundAt - pauseFrom).toBeGreaterThan(400)
    const [first, pause] = [samples.subarray(0, 9_000), samples.subarray(-30_000, -24_000)]
    expect(first.some((sample) => Math.abs(sample) > 2_000)).toBe(true)
    expect(pause.every((sample) => Math.abs(sample) < 100)).toBe(true)
    expect(samples.length / 48).toBeGreaterThan(780)
  })

  it('takes a real second for a second of speech, and stops when told', async () => {
    await using call = await talkOf()
    const { startedAt, endedAt } = await call.alice.speaks(tone(440, 1_000))
    expect(endedAt - startedAt).toBeGreaterThan(995)
    expect(endedAt - startedAt).toBeLessThan(1_200)
    const stop = new AbortController()
    const talking = call.alice.speaks(tone(440, 10_000), { signal: stop.signal })
    await call.discord.world.waitFor('some of it', () => call.listener.sounding[60])
    stop.abort(new Error('enough'))
    await expect(talking).rejects.toThrow('enough')
  })

  it('lets nobody be heard who is muted, and the bot hear nothing when it is deaf', async () => {
    await using call = await talkOf()
    const { discord, guild, alice, listener } = call
    alice.setsVoice({ selfMute: true })
    await alice.speaks(tone(440, 100))
    alice.setsVoice({ selfMute: false })
    discord.voice.moderation.set(guild.id, { isDeafened: true })
    await alice.speaks(tone(440, 100))
    discord.voice.moderation.set(guild.id, { isDeafened: false })
    await alice.speaks(tone(880, 100))
    await discord.world.waitFor('the last', () => listener.sounding[4])
    expect(listener.sounding).toHaveLength(5)
    expect(toneIn(await listener.decode(), notes)).toBe(880)
  })

  it('drops what the bot says while it is muted', async () => {
    await using call = await talkOf()
    call.discord.voice.moderation.set(call.guild.id, { isMuted: true })
    await play(call.connection, tone(440, 200))
    expect((await call.channel.heard()).frames).toEqual([])
  })

  it.each(['after', 'never'] as const)(
    'may tell %s the first packet whose voice it is',
    async (announcesSpeaking) => {
      await using call = await talkOf({ announcesSpeaking })
      const { discord, alice, listener } = call
      await alice.speaks(tone(440, 400))
      if (announcesSpeaking === 'after') {
        await discord.world.waitFor('some of it', () => listener.sounding[10])
        expect(listener.sounding.length).toBeLessThan(20)
      } else expect(listener.packets).toEqual([])
    },
  )

  it('ends the stream of a person whose packets are damaged on the way', async () => {
    await using call = await talkOf()
    await call.alice.speaks(tone(440, 100), { damage: 'transport' })
    const error = await call.discord.world.waitFor('the end of the stream', () => call.listener.error)
    expect(error.message).toMatch(/authenticate/)
  })
})

describe('a recording', () => {
  it('is played from a file at the rate and with the channels that it has', async () => {
    await using call = await talkOf()
    const path = join(tmpdir(), `stand-in-${process.pid}.wav`)
    writeFileSync(path, stereoWav(tone(880, 500), 16_000))
    try {
      // Sixteen thousand of its samples are a second: three times as long, at a third of the pitch.
      const { frames } = await call.alice.speaks(path)
      expect(frames).toBe(75)
    } finally {
      rmSync(path)
    }
    await call.discord.world.waitFor('most of it', () => call.listener.sounding[74])
    expect(toneIn(await call.listener.decode(), [293, 440, 880])).toBe(293)
  })
})

describe('a bad line', () => {
  const bad = { lossShare: 0.05, reorderShare: 0.05, duplicateShare: 0.02, delayMs: 5, jitterMs: 5 }

  it.each([0, 1] as const)(
    'loses, doubles and reorders what people say, with end-to-end encryption %i',
    async (version) => {
      await using call = await talkOf({ dave: { version } })
      const { discord, alice, listener } = call
      discord.voice.toBot.impairment = { seed: 5, ...bad }
      await alice.speaks(tone(440, 2_000))
      await discord.world.waitFor('most of it', () => listener.sounding[90])
      expect(discord.voice.toBot.lost).toBeGreaterThan(0)
      expect(toneIn(await listener.decode(), notes)).toBe(440)
    },
  )

  it.each([0, 1] as const)(
    'loses what the bot says and nothing else, with end-to-end encryption %i',
    async (version) => {
      await using call = await talkOf({ dave: { version } })
      const { discord, channel, connection } = call
      discord.voice.fromBot.impairment = { seed: 5, ...bad }
      await play(connection, tone(880, 2_000))
      const heard = await channel.heard()
      expect(heard.lost).toBeGreaterThan(0)
      expect(heard.frames.length + heard.lost).toBeGreaterThan(95)
      const sequences = heard.frames.map(({ sequence }) => sequence)
      expect(new Set(sequences).size).toBe(sequences.length)
      expect(toneIn(heard.samples, notes)).toBe(880)
    },
  )

  it('does the same again with the same seed', async () => {
    const lost = await Promise.all([1, 1, 2].map((seed) => lossesWith(seed)))
    expect(lost[0]).toEqual(lost[1])
    expect(lost[0]).not.toEqual(lost[2])
  })
})

function stereoWav(samples: Int16Array, rateHz: number): Buffer {
  const data = Buffer.alloc(4 * samples.length)
  for (const [n, sample] of samples.entries()) {
    data.writeInt16LE(sample, 4 * n)
    data.writeInt16LE(sample, 4 * n + 2)
  }
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + data.length, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(2, 22)
  header.writeUInt32LE(rateHz, 24)
  header.writeUInt32LE(rateHz * 4, 28)
  header.writeUInt16LE(4, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  // As a synthesiser writes it into a pipe: it does not know yet how much there will be.
  header.writeUInt32LE(0xffffffff, 40)
  return Buffer.concat([header, data])
}

async function lossesWith(seed: number): Promise<number[]> {
  using line = new Line()
  line.impairment = { seed, lossShare: 0.2 }
  const passed: number[] = []
  for (let n = 0; n < 100; n += 1) line.pass(() => passed.push(n))
  return passed
}

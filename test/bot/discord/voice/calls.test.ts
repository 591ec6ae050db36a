import { ChannelType, PermissionFlagsBits } from 'discord.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followStage, lastStageLook } from '#core/bus/stage-bus.ts'
import { encodeMessage } from '#core/protocol/codec.ts'
import { discordStage } from '#core/protocol/stage-id.ts'
import { voiceControlSubject } from '#core/protocol/subjects.ts'
import type { VoiceControl } from '#core/protocol/voice.ts'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { asksAndHears, fallsSilent, join, joinsOf, told } from './talking.ts'
import { openVoiceWorld, question, scene, type VoiceWorld } from './voice-world.ts'

let postgres: TestPostgres
let world: VoiceWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openVoiceWorld({ postgres, timing: { aloneMs: 300, joinWithinMs: 5_000 } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const requestsTo = (service: string) =>
  world.models.requests.filter((request) => request.service === service).length

describe('a call', () => {
  it('is joined with a written and a spoken notice, and a spoken question is answered aloud', async () => {
    expect(world.bot.mediaWorkerPid).toBeUndefined()
    const place = scene(world)
    const notice = await join(world, place)
    expect(notice).toMatch(/I store no word.*\/privacy/s)
    const spoken = world.models.requests.filter(({ service }) => service === 'tts').map(({ body }) => body)
    expect(JSON.stringify(spoken)).toMatch(/I am listening now/)
    expect(await asksAndHears(place.anna, place.channel)).toBeLessThan(3_000)
    const { frames } = await place.channel.heard()
    expect(frames.filter(({ isSilence }) => !isSilence).every(({ isEndToEnd }) => isEndToEnd)).toBe(true)
    await fallsSilent(world, place.channel)
    const ended = (await place.channel.heard()).frames.slice(-5)
    expect(ended.map(({ isSilence }) => isSilence)).toEqual([true, true, true, true, true])
    expect(await told(place.anna.slash(place.lobby, 'leave'))).toMatch(/left the call/)
  })

  it('shows what the last answer took', async () => {
    const place = scene(world)
    await join(world, place)
    expect(await told(place.anna.slash(place.lobby, 'voice show'))).toMatch(/not answered anything yet/)
    await asksAndHears(place.anna, place.channel)
    await fallsSilent(world, place.channel)
    expect(await told(place.anna.slash(place.lobby, 'voice show'))).toMatch(
      /\d+ ms: from your last sound to my first/,
    )
    place.anna.leaveVoice()
  })

  it('tells those who come later that it listens, once', async () => {
    const place = scene(world)
    const { guild, channel, anna } = place
    await join(world, place)
    const ben = world.discord.world.person('Ben')
    guild.add(ben)
    ben.joinVoice(channel)
    const notices = () =>
      channel.messages.filter(({ content }) => /I listen in this call/.test(content)).length
    await eventually(() => notices() === 1)
    ben.leaveVoice()
    ben.joinVoice(channel)
    anna.setsVoice({ selfMute: true })
    expect(await told(anna.slash(place.lobby, 'voice show'))).toMatch(/Voice:/)
    expect(notices()).toBe(1)
    ben.leaveVoice()
    anna.leaveVoice()
  })

  it('falls silent at /stop', async () => {
    const place = scene(world)
    await join(world, place)
    world.models.planNext('tts', { samples: new Int16Array(24_000 * 20).fill(3_000), sampleRateHz: 24_000 })
    const { endedAt } = await place.anna.speaks(await question())
    await eventually(async () => (await place.channel.heard({ since: endedAt })).firstSoundAt !== undefined)
    expect(await told(place.anna.slash(place.lobby, 'stop'))).toMatch(/quiet/)
    await fallsSilent(world, place.channel)
    place.anna.leaveVoice()
  })

  it('is left when everybody has left', async () => {
    const place = scene(world)
    await join(world, place)
    place.anna.leaveVoice()
    await eventually(() => world.discord.voice.sessions.get(place.guild.id) === undefined)
    expect(await told(place.anna.slash(place.lobby, 'leave'))).toMatch(/in no call/)
  })

  it('tells its stage what to show, and keeps the look for those who come late', async () => {
    const place = scene(world)
    const over = new AbortController()
    const events = followStage(world.bus, discordStage(place.guild.id), { signal: over.signal })
    const seen = new Set<string>()
    const following = (async () => {
      for await (const { type } of events) seen.add(type)
    })()
    await join(world, place)
    await asksAndHears(place.anna, place.channel)
    await fallsSilent(world, place.channel)
    const look = await lastStageLook(world.bus, discordStage(place.guild.id))
    expect(look).toMatchObject({ state: 'idle' })
    await told(place.anna.slash(place.lobby, 'leave'))
    await eventually(
      async () => (await lastStageLook(world.bus, discordStage(place.guild.id)))?.state === 'offline',
    )
    over.abort()
    await following.catch(() => undefined)
    expect([...seen]).toEqual(
      expect.arrayContaining(['stage.state', 'stage.utterance.start', 'stage.mouth', 'stage.caption']),
    )
  })
})

describe('who may be heard', () => {
  it('is everyone’s own choice, which holds at once', async () => {
    const place = scene(world)
    const { anna, lobby, channel } = place
    await join(world, place)
    const privacy = anna.slash(lobby, 'privacy')
    expect(await told(privacy)).toMatch(/I listen to you when I am in your voice channel/)
    const [message] = privacy.messages
    if (message === undefined) throw new Error('no message with buttons')
    anna.clicks(message, 'privacy:deaf')
    await eventually(() => /I do not listen to you/.test(message.content))
    const before = requestsTo('stt')
    await anna.speaks(await question())
    anna.clicks(message, 'privacy:hear')
    await eventually(() => /I listen to you when/.test(message.content))
    expect(requestsTo('stt')).toBe(before)
    await asksAndHears(anna, channel)
    anna.leaveVoice()
  })

  it('keeps no word of those who did not agree, and hands on those of who did', async () => {
    const place = scene(world)
    const { anna, lobby, channel } = place
    await join(world, place)
    const transcripts: string[] = []
    const over = new AbortController()
    const messages = world.bus.subscribe('ai.voice.transcript.*', { signal: over.signal })
    const following = (async () => {
      for await (const { subject } of messages) transcripts.push(subject)
    })()
    await asksAndHears(anna, channel)
    await fallsSilent(world, channel)
    expect(transcripts).toEqual([])
    const privacy = anna.slash(lobby, 'privacy')
    await told(privacy)
    const [message] = privacy.messages
    if (message === undefined) throw new Error('no message with buttons')
    anna.clicks(message, 'privacy:remember')
    await eventually(() => /You allowed/.test(message.content))
    await asksAndHears(anna, channel)
    await eventually(() => transcripts.length === 2)
    expect(new Set(transcripts).size).toBe(1)
    over.abort()
    await following.catch(() => undefined)
    anna.leaveVoice()
  })
})

describe('joining', () => {
  const roomWith = (options: Parameters<ReturnType<typeof scene>['guild']['voiceChannel']>[1]) => {
    const place = scene(world)
    return { ...place, channel: place.guild.voiceChannel('other', options) }
  }

  it('asks where, when the person is in no channel', async () => {
    const { anna, lobby } = scene(world)
    anna.leaveVoice()
    expect(await told(anna.slash(lobby, 'join'))).toMatch(/Go into a voice channel first/)
  })

  it('names the permission that is missing', async () => {
    const { anna, lobby, channel, guild } = roomWith({})
    channel.deny(PermissionFlagsBits.Connect)
    expect(await told(anna.slash(lobby, 'join', { channel: channel.id }))).toMatch(
      /lack the permission to connect/,
    )
    expect(joinsOf(world, guild.id)).toBe(0)
  })

  it('says that a channel is full', async () => {
    const { anna, lobby, channel, guild } = roomWith({ userLimit: 1 })
    anna.joinVoice(channel)
    expect(await told(anna.slash(lobby, 'join'))).toMatch(/is full/)
    expect(joinsOf(world, guild.id)).toBe(0)
  })

  it('gives up when Discord does not answer, and says so', async () => {
    const { anna, lobby } = scene(world)
    world.discord.voice.behaviour.ignoresJoins = true
    expect(await told(anna.slash(lobby, 'join'))).toMatch(/did not let me in/)
    world.discord.voice.behaviour.ignoresJoins = false
  })

  it('raises its hand on a stage', async () => {
    const { anna, lobby, channel } = roomWith({ isStage: true })
    anna.joinVoice(channel)
    expect(channel.record.type).toBe(ChannelType.GuildStageVoice)
    expect(await told(anna.slash(lobby, 'join'))).toMatch(/in the audience of this stage and asked to speak/)
    anna.leaveVoice()
  })

  it('does not leave people for others, unless who manages the server says so', async () => {
    const place = scene(world)
    const { guild, lobby, channel, anna } = place
    await join(world, place)
    const ben = world.discord.world.person('Ben')
    guild.add(ben)
    const other = guild.voiceChannel('other')
    ben.joinVoice(other)
    expect(await told(ben.slash(lobby, 'join'))).toContain(`<#${channel.id}>`)
    expect(await told(ben.slash(lobby, 'leave'))).toMatch(/Only people who are with me/)
    expect(await told(anna.slash(lobby, 'join', { channel: other.id }))).toContain(`<#${other.id}>`)
    await other.waitForBot()
    ben.leaveVoice()
  })

  it('comes by itself where it is told to, and not where it was sent away', async () => {
    const { anna, lobby, guild, channel } = scene(world)
    const values = { channel: channel.id, enabled: true }
    expect(await told(anna.slash(lobby, 'voice auto-join', values))).toMatch(/Done/)
    anna.leaveVoice()
    anna.joinVoice(channel)
    await channel.waitForBot()
    await eventually(() => channel.messages.some(({ content }) => /I listen/.test(content)))
    expect(await told(anna.slash(lobby, 'leave'))).toMatch(/left the call/)
    const ben = world.discord.world.person('Ben')
    guild.add(ben)
    ben.joinVoice(channel)
    const joins = joinsOf(world, guild.id)
    expect(await told(ben.slash(lobby, 'voice show'))).toContain(`<#${channel.id}>`)
    expect(joinsOf(world, guild.id)).toBe(joins)
    anna.leaveVoice()
    ben.leaveVoice()
  })

  it('is to be asked for on the bus, too', async () => {
    const { guild, channel, anna } = scene(world)
    const ask = async (action: VoiceControl['action']) => {
      const head = { v: 1, id: action, at: Date.now(), correlationId: 'test', type: 'voice.control' } as const
      const message: VoiceControl = { ...head, action, guildId: guild.id, channelId: channel.id }
      const subject = voiceControlSubject(guild.id)
      const { body } = await world.bus.request(subject, encodeMessage(message), { timeoutMs: 8_000 })
      return Buffer.from(body).toString('latin1')
    }
    expect(await ask('leave')).toMatch(/in no call/)
    expect(await ask('clap')).toMatch(/in no call on this server.*\/join/)
    expect(await ask('join')).toMatch(/I listen/)
    await channel.waitForBot()
    await fallsSilent(world, channel)
    const since = performance.timeOrigin + performance.now()
    expect(await ask('clap')).toMatch(/I clapped.*playAt/s)
    await eventually(async () => (await channel.heard({ since })).firstSoundAt !== undefined)
    expect(await ask('panic')).toMatch(/left the call/)
    anna.leaveVoice()
  })
})

it('says what is missing when nothing can hear', async () => {
  await using deaf = await openVoiceWorld({ postgres, hasRecogniser: false })
  const { anna, lobby } = scene(deaf)
  expect(await told(anna.slash(lobby, 'join'))).toMatch(
    /no speech recogniser is set up.*STT_URL.*write to me/s,
  )
})

it('writes the answer when it cannot be spoken', async () => {
  const place = scene(world)
  await join(world, place)
  world.models.plan('tts', { fault: { type: 'status', status: 500 } })
  await place.anna.speaks(await question())
  await eventually(() => place.lobby.messages.some(({ content }) => content.includes("three o'clock")))
  world.models.plan('tts', { samples: new Int16Array(24_000), sampleRateHz: 24_000 })
  place.anna.leaveVoice()
})

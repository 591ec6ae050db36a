import { VoiceEncryptionMode } from 'discord-api-types/voice/v8'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { voiceBehaviour } from '#test/support/discord/voice/behaviour.ts'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { asksAndHears, fallsSilent, join, joinsOf, told } from './talking.ts'
import { openVoiceWorld, type Scene, scene, tone, type VoiceWorld } from './voice-world.ts'

let postgres: TestPostgres
let world: VoiceWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openVoiceWorld({ postgres, timing: { aloneMs: 300 } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})
let place: Scene
afterEach(async () => {
  const { voice } = world.discord
  Object.assign(voice.behaviour, voiceBehaviour())
  voice.toBot.impairment = undefined
  voice.fromBot.impairment = undefined
  await told(place.anna.slash(place.lobby, 'leave'))
  place.anna.leaveVoice()
})

async function call(): Promise<Scene> {
  place = scene(world)
  await join(world, place)
  return place
}

/** Until the bot is connected by another session than before. */
async function comesBack({ guild }: Scene, sessionId: string | undefined, withinMs: number): Promise<void> {
  const { sessions } = world.discord.voice
  await eventually(
    () => {
      const session = sessions.get(guild.id)
      return session?.sessionId !== sessionId && session?.isReady
    },
    { withinMs },
  )
}

const sessionOf = ({ guild }: Scene) => world.discord.voice.sessions.get(guild.id)?.sessionId

describe('a call outlives', () => {
  it('the death of its media worker: joined again, it hears and speaks within five seconds', async () => {
    const { anna, channel } = await call()
    const pid = world.bot.mediaWorkerPid
    if (pid === undefined) throw new Error('no media worker')
    const before = sessionOf(place)
    const diedAt = performance.now()
    process.kill(pid, 'SIGKILL')
    await comesBack(place, before, 5_000)
    await asksAndHears(anna, channel)
    expect(performance.now() - diedAt).toBeLessThan(10_000)
    expect(world.bot.mediaWorkerPid).not.toBe(pid)
    const greetings = world.models.requests.filter(({ body }) =>
      /I am listening now/.test(JSON.stringify(body)),
    )
    expect(greetings).toHaveLength(1)
  })

  it('proposals for people that the voice server has not announced', async () => {
    const { anna, channel, guild } = await call()
    world.discord.voice.behaviour.dave.announces = 'never'
    const ben = world.discord.world.person('Ben')
    guild.add(ben)
    ben.joinVoice(channel)
    await eventually(async () => {
      await asksAndHears(anna, channel, 4_000)
      return true
    })
    ben.leaveVoice()
  })

  it('a voice socket that is cut while Discord turns us away for some seconds', async () => {
    const { anna, channel, guild } = await call()
    world.discord.voice.behaviour.refusal = { code: 1012, at: 'open' }
    world.discord.voice.cut()
    await eventually(() => joinsOf(world, guild.id) === 3)
    world.discord.voice.behaviour.refusal = undefined
    await channel.waitForBot(15_000)
    await asksAndHears(anna, channel)
  })

  it('a voice server that goes away, and a move to another channel', async () => {
    const { anna, channel, guild } = await call()
    world.discord.voice.moderation.changeServer(guild.id)
    await eventually(() => world.discord.voice.sessions.get(guild.id)?.isReady)
    await asksAndHears(anna, channel)
    const other = guild.voiceChannel('other')
    anna.joinVoice(other)
    world.discord.voice.moderation.move(other)
    await other.waitForBot()
    await asksAndHears(anna, other)
  })

  it('a flood of packets that cannot be decrypted', async () => {
    const { anna, channel } = await call()
    const flood = anna.speaks(tone(300, 3_000), { damage: 'end-to-end' })
    await flood
    await eventually(async () => {
      await asksAndHears(anna, channel, 4_000)
      return true
    })
  })
})

describe('a call works', () => {
  it('with xchacha20 alone', async () => {
    world.discord.voice.behaviour.modes = [VoiceEncryptionMode.AeadXChaCha20Poly1305RtpSize]
    const { anna, channel, guild } = await call()
    await asksAndHears(anna, channel)
    expect(
      world.discord.ledger.of('voice.ready').findLast((entry) => entry.guildId === guild.id)?.mode,
    ).toMatch(/xchacha/)
  })

  it('when Discord names the server before it confirms the channel', async () => {
    world.discord.voice.behaviour.serverUpdateFirst = true
    const { anna, channel } = await call()
    await asksAndHears(anna, channel)
  })

  it('when nobody is announced as the sender of their packets', async () => {
    world.discord.voice.behaviour.announcesSpeaking = 'never'
    const { anna, channel } = await call()
    await anna.speaks(tone(300, 2_000))
    await eventually(async () => {
      await asksAndHears(anna, channel, 4_000)
      return true
    })
  })

  it('when one packet in twenty is lost and others come out of order', async () => {
    const { anna, channel } = await call()
    const impairment = { seed: 7, lossShare: 0.05, reorderShare: 0.05, jitterMs: 15 }
    world.discord.voice.toBot.impairment = impairment
    world.discord.voice.fromBot.impairment = impairment
    await asksAndHears(anna, channel)
    expect(world.discord.voice.toBot.lost).toBeGreaterThan(0)
    await fallsSilent(world, channel)
  })
})

describe('what Discord refuses', () => {
  beforeAll(async () => {
    await world[Symbol.asyncDispose]()
    world = await openVoiceWorld({ postgres, timing: { rejoinDelaysMs: [1] } })
  })

  it('is tried again, but no more than five times a minute, however short the pauses', async () => {
    const { guild, lobby } = await call()
    world.discord.voice.behaviour.refusal = { code: 4006, at: 'identify' }
    world.discord.voice.cut(4006)
    await eventually(() => lobby.messages.some(({ content }) => /keep trying to come back/.test(content)))
    expect(await told(place.anna.slash(lobby, 'voice show'))).toMatch(/Voice:/)
    expect(joinsOf(world, guild.id)).toBe(5)
  })

  it.each([4004, 4011, 4014, 4017, 4021, 4022])(
    'for good, with %i, is not tried again, and people read why',
    async (code) => {
      const { guild, lobby } = await call()
      if (code === 4014) world.discord.voice.moderation.kick(guild.id)
      else world.discord.voice.cut(code)
      await eventually(() =>
        lobby.messages.some(
          ({ content }) => /\/join|updates me|in a minute/.test(content) && !/I listen/.test(content),
        ),
      )
      expect(joinsOf(world, guild.id)).toBe(1)
      expect(world.discord.voice.sessions.get(guild.id)).toBeUndefined()
    },
  )
})

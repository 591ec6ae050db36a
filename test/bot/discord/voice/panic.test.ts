import { afterAll, beforeAll, expect, it } from 'vitest'
import { silenceEverything } from '#core/bus/panic.ts'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { join } from './talking.ts'
import { openVoiceWorld, question, scene, type VoiceWorld } from './voice-world.ts'

let postgres: TestPostgres
let world: VoiceWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openVoiceWorld({ postgres, timing: { aloneMs: 60_000, joinWithinMs: 5_000 } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const signal = AbortSignal.timeout(60_000)

it('silences and leaves every call at once, in the middle of a long answer', async () => {
  const [speaking, listening] = [scene(world), scene(world)]
  await join(world, speaking)
  await join(world, listening)
  world.models.planNext('tts', { samples: new Int16Array(24_000 * 20).fill(3_000), sampleRateHz: 24_000 })
  const { endedAt } = await speaking.anna.speaks(await question())
  const { channel } = speaking
  await eventually(async () => (await channel.heard({ since: endedAt })).firstSoundAt !== undefined)
  expect(await silenceEverything(world.bus, { signal })).toBe('left')
  for (const { guild } of [speaking, listening])
    await eventually(() => world.discord.voice.sessions.get(guild.id) === undefined)
})

it('says that there were no calls', async () => {
  expect(await silenceEverything(world.bus, { signal })).toBe('none')
})

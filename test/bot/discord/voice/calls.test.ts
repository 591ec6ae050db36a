import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { powerAt } from '#test/support/sound.ts'
import { answerHz, openVoiceWorld, question, scene, type VoiceWorld } from './voice-world.ts'

let postgres: TestPostgres
let world: VoiceWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openVoiceWorld({ postgres })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

describe('a call', () => {
  it('is joined by /join, heard and answered aloud', async () => {
    const { anna, lobby, channel } = scene(world)
    const joining = anna.slash(lobby, 'join')
    const notice = await joining.waitForMessage(({ content }) => content !== '', 15_000)
    expect(notice.content).toMatch(/I listen/)
    await channel.waitForBot()
    await world.discord.world.waitFor('the greeting', async () => undefined, 1).catch(() => undefined)
    const since = Date.now()
    await anna.speaks(await question())
    await world.models.waitFor(({ service }) => service === 'llm', 10_000)
    const heard = await world.discord.world
      .waitFor('the answer', () => undefined, 2_000)
      .catch(() => channel.heard({ since }))
    expect(
      powerAt((heard as Awaited<ReturnType<typeof channel.heard>>).samples, 48_000, [answerHz]),
    ).toBeGreaterThan(1e6)
    console.log(world.complaints)
  })
})

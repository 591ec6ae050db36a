import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from '#test/support/eventually.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/postgres.ts'
import { asksAndHears, join, joinsOf, told } from './talking.ts'
import { openVoiceWorld, scene, type VoiceWorld } from './voice-world.ts'

let postgres: TestPostgres
let world: VoiceWorld
beforeAll(async () => {
  postgres = await startTestPostgres()
  world = await openVoiceWorld({ postgres, timing: { aloneMs: 1_500 } })
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await postgres[Symbol.asyncDispose]()
})

const greetings = () =>
  world.models.requests.filter(({ body }) => /I am listening now/.test(JSON.stringify(body))).length

it('comes back into its calls after an update, without greeting again, and knows who is there', async () => {
  const place = scene(world)
  await join(world, place)
  const before = greetings()
  await world.restartBot()
  await place.channel.waitForBot()
  await asksAndHears(place.anna, place.channel)
  expect(greetings()).toBe(before)
  await told(place.anna.slash(place.lobby, 'leave'))
  const joins = joinsOf(world, place.guild.id)
  await world.restartBot()
  expect(await told(place.anna.slash(place.lobby, 'leave'))).toMatch(/in no call/)
  expect(joinsOf(world, place.guild.id)).toBe(joins)
  place.anna.leaveVoice()
})

it('goes on when the gateway begins a new session in the middle of a call', async () => {
  const place = scene(world)
  await join(world, place)
  const identified = world.discord.ledger.of('gateway.identified').length
  world.discord.gateway.invalidate({ resumable: false })
  await eventually(() => world.discord.ledger.of('gateway.identified').length > identified)
  await asksAndHears(place.anna, place.channel)
  place.anna.leaveVoice()
})

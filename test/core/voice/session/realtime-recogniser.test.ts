import { expect, test } from 'vitest'
import { openInference } from '#core/inference/open-inference.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '#test/support/eventually.ts'
import type { RealtimePlan } from '#test/support/inference/realtime.ts'
import { startInferenceServer } from '#test/support/inference-server.ts'
import { type RoomPerson, VoiceRoom } from '#test/support/voice-room.ts'

const question = 'What is the weather like?'

/** A session whose recogniser is reached over real sockets; only the ears and the clock are a script's. */
async function openRoom(plan?: RealtimePlan) {
  await using opening = new AsyncDisposableStack()
  const server = opening.use(await startInferenceServer({ plans: { stt: { text: question } } }))
  server.realtime.plan = plan
  const logger = createLogger({ level: 'silent' })
  const inference = opening.use(openInference({ stt: { ...server.targets.stt, model: 'm' } }, { logger }))
  const { transcriber, streamingTranscriber } = inference
  const room = opening.use(new VoiceRoom({ transcriber, session: { streamingTranscriber } }))
  const resources = opening.move()
  return { server, room, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** Half a second of sound at the room's 48 kHz, a frame at a time. */
function makeSound(person: RoomPerson): void {
  for (let frame = 0; frame < 25; frame += 1) person.input?.push(new Int16Array(960).fill(900), 0)
}

test('begins to answer on what the recogniser said meanwhile, and asks for no second recognition', async () => {
  const deltas = [
    { afterSamples: 4_000, delta: 'what is the ' },
    { afterSamples: 8_000, delta: 'weather like' },
  ]
  await using world = await openRoom({ deltas, text: question })
  const { room, server } = world
  const anna = room.join('Anna')
  await anna.speak(400)
  makeSound(anna)
  makeSound(anna)
  await eventually(() => anna.lane.hints.at(-1)?.text === 'what is the weather like')
  await anna.pause()
  expect(room.requests.map(({ text }) => text)).toEqual(['what is the weather like'])
  await anna.finish()
  await eventually(async () => {
    await room.clock.advance(1_000)
    return room.reports.length === 1
  })
  expect(room.reports).toMatchObject([{ outcome: 'played', speculation: 'kept' }])
  expect(server.requests).toEqual([])
  const [call] = server.realtime.calls
  expect(call?.isFinal).toBe(true)
  expect(call?.samples.length).toBeGreaterThan(15_000)
  await eventually(() => call?.isClosed)
})

test.each([
  ['is not offered', undefined],
  ['breaks off in the middle', { fault: { type: 'reset', afterSamples: 4_000 } }],
  ['hears garbage', { fault: { type: 'say', afterSamples: 4_000, message: 'What?' } }],
] as const)('answers all the same, without a word about it, when the stream %s', async (_, plan) => {
  await using world = await openRoom(plan)
  const { room, server } = world
  const anna = room.join('Anna')
  await anna.speak(400)
  makeSound(anna)
  makeSound(anna)
  await eventually(() => server.realtime.upgrades === 1)
  await anna.pause()
  await anna.finish()
  await eventually(async () => {
    await room.clock.advance(1_000)
    return room.reports.length === 1
  })
  expect(room.heard.map(({ request }) => request.text)).toEqual([question])
  expect(room.notices).toEqual([])
})

test('closes the stream of somebody who leaves in the middle of a word', async () => {
  await using world = await openRoom({})
  const { room, server } = world
  const anna = room.join('Anna')
  await anna.speak(400)
  makeSound(anna)
  await eventually(() => server.realtime.calls.length === 1)
  anna.input?.[Symbol.dispose]()
  await eventually(() => server.realtime.calls[0]?.isClosed)
  expect(server.realtime.calls[0]?.isFinal).toBe(false)
})

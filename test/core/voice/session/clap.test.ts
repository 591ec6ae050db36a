import { expect, test } from 'vitest'
import { toEpochMs } from '#core/voice/clock.ts'
import { VoiceRoom } from '#test/support/voice-room.ts'

test('claps once: heard in the room, with the mouth wide open at that time and told of before', async () => {
  await using room = new VoiceRoom()
  const played: Int16Array[] = []
  room.onFrame = (frame) => played.push(frame.slice())
  const askedAt = room.clock.now()
  const playAt = await room.session.clap()
  expect(playAt).toBeCloseTo(toEpochMs(askedAt + 400), 0)
  await room.clock.advance(1_000)
  const loudest = played.map((frame) => Math.max(...frame.map(Math.abs)))
  expect(loudest.findIndex((level) => level > 3_000)).toBe(20)
  const mouths = room.stage.filter((event) => event.type === 'stage.mouth')
  const open = mouths.flatMap(({ playAt: at, frames }) =>
    Array.from(
      { length: frames.length / 6 },
      (_, frame) => [at + frame * 20, frames[frame * 6] ?? 0] as const,
    ),
  )
  expect(open.filter(([, aa]) => aa === 255).map(([at]) => Math.round(at - (playAt ?? 0)))).toEqual([
    0, 20, 40, 60, 80, 100,
  ])
  const told = mouths.find(({ frames }) => frames.includes(255))
  expect((playAt ?? 0) - (told?.at ?? Number.NaN)).toBeGreaterThanOrEqual(60)
  expect(room.stage.at(-1)?.type).toBe('stage.utterance.end')
})

test('does not clap into its own words, nor twice at once', async () => {
  await using room = new VoiceRoom()
  expect(await Promise.all([room.session.clap(), room.session.clap()])).toEqual([
    expect.any(Number),
    undefined,
  ])
  await room.clock.advance(1_000)
  room.session.say('Hello everybody, I am here.')
  await room.clock.advance(400)
  expect(await room.session.clap()).toBeUndefined()
})

test('a clap that was begun ends with the session', async () => {
  const room = new VoiceRoom()
  await room.session.clap()
  await room[Symbol.asyncDispose]()
  expect(room.stage.at(-1)?.type).toBe('stage.utterance.cut')
  expect(await room.session.clap()).toBeUndefined()
})

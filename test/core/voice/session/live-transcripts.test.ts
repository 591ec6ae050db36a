import { expect, test } from 'vitest'
import { liveRecogniser } from '#test/support/voice-live-recogniser.ts'
import { VoiceRoom } from '#test/support/voice-room.ts'

function openRoom() {
  const live = liveRecogniser()
  return { live, room: new VoiceRoom({ session: { streamingTranscriber: live } }) }
}

test('begins to answer on the words so far, at the first silence', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  await anna.speak(800)
  live.hear('what is the weather like')
  await room.clock.settle()
  expect(anna.lane.hints.at(-1)).toEqual({ text: 'what is the weather like', isFinal: false })
  await anna.pause()
  expect(room.requests).toHaveLength(1)
  live.final = 'What is the weather like?'
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.recogniser.counts.begun).toBe(0)
  expect(room.requests).toHaveLength(1)
  expect(room.reports).toMatchObject([{ outcome: 'played', speculation: 'kept' }])
})

test('answers the final words when they are others', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  await anna.speak(800)
  live.hear('what is the feather')
  await anna.pause()
  live.final = 'What is the weather?'
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.heard.map(({ request }) => request.text)).toEqual(['What is the weather?'])
  expect(room.reports).toMatchObject([{ outcome: 'played', speculation: 'dropped' }])
})

test('gives the recogniser the sound from before the first word on', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  for (let frame = 0; frame < 50; frame += 1) anna.input?.push(new Int16Array(960), 0)
  await anna.speak(100)
  expect(live.streams).toHaveLength(1)
  const before = live.streams[0]?.samples ?? 0
  expect(before).toBeGreaterThanOrEqual(4_800)
  expect(before).toBeLessThan(5_500)
  anna.input?.push(new Int16Array(960), 0)
  expect((live.streams[0]?.samples ?? 0) - before).toBe(320)
})

test('recognises the whole sound when the stream broke off, and bothers nobody with it', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  live.final = new Error('the connection broke')
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.notices).toEqual([])
  expect(room.reports).toMatchObject([{ outcome: 'played' }])
})

test('begins no second stream in the middle of an utterance whose stream broke off', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  await anna.speak(600)
  live.hear('What is')
  live.breakOff(new Error('the connection broke'))
  await anna.pause()
  await anna.speak(600, 'resume')
  await anna.pause()
  await anna.finish()
  await room.clock.advance(10_000)
  expect(live.streams).toHaveLength(1)
  expect(room.heard.map(({ request }) => request.text)).toEqual(['What is the weather like?'])
  await anna.say()
  expect(live.streams).toHaveLength(2)
})

test('speculates on the whole sound while no stream is to be had', async () => {
  const { live, room } = openRoom()
  await using _room = room
  live.isAvailable = false
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(10_000)
  expect([live.streams.length, room.recogniser.counts.begun]).toEqual([0, 1])
  expect(room.reports).toMatchObject([{ outcome: 'played', speculation: 'kept' }])
})

test('does not answer somebody who goes on while the final words are awaited', async () => {
  const { live, room } = openRoom()
  await using _room = room
  const anna = room.join('Anna')
  await anna.speak(800)
  live.hear('I wanted to ask')
  await anna.pause()
  live.final = 'I wanted to ask'
  await anna.finish(250)
  await anna.speak(600, 'reopened')
  live.hear('you something')
  await anna.pause()
  live.final = 'you something'
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.heard.map(({ request }) => request.text)).toEqual(['I wanted to ask you something'])
})

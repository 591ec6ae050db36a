import { expect, test } from 'vitest'
import { InferenceUnavailableError } from '#core/inference/errors.ts'
import type { ServiceName } from '#core/inference/services.ts'
import { VoiceRoom } from '#test/support/voice-room.ts'

const down = (service: ServiceName) =>
  new InferenceUnavailableError('does not answer', {
    service,
    address: 'http://gpu.lab:8000',
    remedy: 'Start it.',
    isPassing: true,
  })

test('tells once that there is no recogniser, and goes on listening', async () => {
  const notices: string[] = []
  await using room = new VoiceRoom({
    session: {
      inference: { transcriber: undefined, synthesizer: new VoiceRoom().voice },
      onNotice: (sentence) => notices.push(sentence),
    },
  })
  const anna = room.join('Anna')
  await anna.say()
  await anna.say()
  expect(notices).toEqual([expect.stringContaining('no speech recogniser is set up')])
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['failed', 'failed'])
})

test('tells once per outage that the recogniser fails, and hears again when it works', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  room.recogniser.answers = [down('stt'), down('stt'), 'Hello there.', down('stt')]
  await anna.say()
  await room.clock.advance(3_000)
  await anna.say()
  await room.clock.advance(3_000)
  expect(room.notices).toEqual([expect.stringContaining("I can't hear anyone")])
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.reports.at(-1)).toMatchObject({ outcome: 'played' })
  await anna.say()
  await room.clock.advance(3_000)
  expect(room.notices).toHaveLength(2)
})

test('hands on the whole answer in writing when the voice fails', async () => {
  await using room = new VoiceRoom()
  room.voice.fault = down('tts')
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.notices).toEqual([expect.stringContaining("I can't speak right now")])
  expect(room.heard).toMatchObject([{ status: 'failed', heardText: '', answerText: room.answer }])
})

test('tells why there is no answer when the model fails', async () => {
  await using room = new VoiceRoom()
  room.answer = ''
  room.end = { status: 'failed', notice: "I can't think right now.", fault: down('llm') }
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.notices).toEqual(["I can't think right now."])
  expect(room.reports).toMatchObject([{ outcome: 'failed' }])
})

test('ends everything it began when it is closed', async () => {
  const room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(600)
  await anna.pause()
  await anna.finish()
  await room.clock.advance(100)
  await room[Symbol.asyncDispose]()
  expect(room.openAnswers).toBe(0)
  expect(room.voice.counts.open).toBe(0)
  expect(anna.lane.isOpen).toBe(false)
  expect(room.clock.timerCount).toBe(0)
})

import { expect, test } from 'vitest'
import { VoiceRoom } from '#test/support/voice-room.ts'

test('answers 230 ms sooner because recogniser, model and voice began at the first pause', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(1_000)
  await anna.pause()
  await anna.finish(300)
  await room.clock.advance(11_000)
  expect(room.reports[0]).toMatchObject({ outcome: 'played', speculation: 'kept', underruns: 0 })
  const { eouDelayMs, sttFinalMs, e2eMs } = room.reports[0]?.times ?? {}
  expect(eouDelayMs).toBe(300)
  expect(sttFinalMs).toBe(220)
  // 120 silence, 100 recogniser, 150 + 4 x 20 first sentence, 120 voice; the next token shows that the sentence is over.
  expect(e2eMs).toBeGreaterThanOrEqual(550)
  expect(e2eMs).toBeLessThanOrEqual(620)
})

test('plays nothing before the end of the turn is certain, although everything is ready', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(1_000)
  await anna.pause()
  await room.clock.advance(1_500)
  expect(room.voice.spoken).not.toEqual([])
  expect(room.frames).toEqual([])
  await anna.finish(1_700)
  await room.clock.advance(40)
  expect(room.frames.length).toBeGreaterThan(0)
  await room.clock.advance(10_000)
  expect(room.reports[0]?.times.e2eMs).toBeLessThan(1_750)
})

test('throws a guess away unheard when the person goes on, and answers the whole', async () => {
  await using room = new VoiceRoom()
  room.recogniser.answers = ['What is the weather', 'What is the weather in Berlin?']
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await room.clock.advance(400)
  expect(room.openAnswers).toBe(1)
  await anna.speak(600, 'resume')
  expect(room.openAnswers).toBe(0)
  expect(room.voice.counts.open).toBe(0)
  await anna.pause()
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.requests.map(({ text }) => text)).toEqual([
    'What is the weather',
    'What is the weather in Berlin?',
  ])
  expect(room.reports).toHaveLength(1)
  expect(room.reports[0]).toMatchObject({ outcome: 'played', speculation: 'kept' })
  expect(room.heard.map(({ request }) => request.text)).toEqual(['What is the weather in Berlin?'])
})

test('calls off the recogniser when the person goes on before its words are there', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await anna.speak(600, 'resume')
  expect(room.recogniser.counts).toMatchObject({ begun: 1, aborted: 1, finished: 0 })
  await anna.pause()
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.recogniser.counts).toMatchObject({ begun: 2, aborted: 1, finished: 1 })
  expect(room.requests).toHaveLength(1)
})

test('keeps a guess when the last sound of the turn changes no word, case and punctuation aside', async () => {
  await using room = new VoiceRoom()
  room.recogniser.answers = ['what is the weather like', 'What is the weather like?']
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await room.clock.advance(150)
  await anna.trail(100)
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.requests).toHaveLength(1)
  expect(room.reports[0]).toMatchObject({ outcome: 'played', speculation: 'kept' })
})

test('drops a guess when the last sound of the turn changes its words', async () => {
  await using room = new VoiceRoom()
  room.recogniser.answers = ['what is the weather', 'What is the weather not like?']
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await room.clock.advance(150)
  await anna.trail(100)
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.requests.map(({ text }) => text)).toEqual([
    'what is the weather',
    'What is the weather not like?',
  ])
  expect(room.reports).toHaveLength(1)
  expect(room.reports[0]).toMatchObject({ outcome: 'played', speculation: 'dropped' })
})

test('asks nothing ahead when told not to', async () => {
  await using room = new VoiceRoom({ settings: { isSpeculative: false } })
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await room.clock.advance(500)
  expect(room.requests).toEqual([])
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.reports[0]).toMatchObject({ outcome: 'played', speculation: 'none' })
})

test('merges what is said within two seconds of the end, before anything was heard', async () => {
  await using room = new VoiceRoom()
  room.recogniser.answers = ['I wanted to ask you', 'I wanted to ask you about the weather.']
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await anna.finish(250)
  await anna.speak(700, 'reopened')
  expect(room.frames).toEqual([])
  await anna.pause()
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.heard.map(({ request }) => request.text)).toEqual(['I wanted to ask you about the weather.'])
  expect(room.reports).toHaveLength(1)
})

test('answers only the rest when the beginning was answered already', async () => {
  await using room = new VoiceRoom()
  room.answer = 'Yes.'
  room.recogniser.answers = ['Are you there?', 'Are you there? Tell me a story.']
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(900)
  expect(room.reports).toHaveLength(1)
  await anna.speak(700, 'reopened')
  await anna.pause()
  await anna.finish()
  await room.clock.advance(10_000)
  expect(room.heard.map(({ request }) => request.text)).toEqual(['Are you there?', 'Tell me a story.'])
})

test('tells the ears what was understood so far', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.speak(800)
  await anna.pause()
  await room.clock.advance(100)
  expect(anna.lane.hints).toEqual([{ text: 'What is the weather like?', isFinal: false }])
})

test('shows the stage what it is doing', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  await anna.say()
  await room.clock.advance(10_000)
  const states = room.stage
    .filter(({ type }) => type === 'stage.state')
    .map((event) => 'state' in event && event.state)
  expect(states).toEqual(['idle', 'listening', 'thinking', 'speaking', 'idle'])
})

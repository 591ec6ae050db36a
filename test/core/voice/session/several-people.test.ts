import { expect, test } from 'vitest'
import { VoiceRoom } from '#test/support/voice-room.ts'

async function roomOfTwo(room: VoiceRoom) {
  return { anna: room.join('Anna'), ben: room.join('Ben') }
}

test('stays quiet while two people talk to each other, and says so in the report', async () => {
  await using room = new VoiceRoom()
  const { anna, ben } = await roomOfTwo(room)
  room.recogniser.answers = ['Did you see the game?', 'Yes, it was great.']
  await anna.say()
  await ben.say()
  await room.clock.advance(5_000)
  expect(room.requests).toEqual([])
  expect(room.frames).toEqual([])
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['quiet', 'quiet'])
  expect(room.heard.map(({ status, request }) => [status, request.text])).toEqual([
    ['quiet', 'Did you see the game?'],
    ['quiet', 'Yes, it was great.'],
  ])
})

test('answers to its name, however the recogniser spells it', async () => {
  await using room = new VoiceRoom()
  const { anna } = await roomOfTwo(room)
  room.recogniser.answers = ['Hey Loomy, what do you think?']
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.reports).toMatchObject([{ outcome: 'played' }])
})

test('goes on talking with whoever it has just answered, and with nobody else', async () => {
  await using room = new VoiceRoom()
  const { anna, ben } = await roomOfTwo(room)
  room.answer = 'Yes.'
  room.recogniser.answers = ['Lumi, are you there?', 'I have to go soon.', 'And what about tomorrow?']
  await anna.say()
  await room.clock.advance(3_000)
  await anna.say()
  await room.clock.advance(3_000)
  await ben.say()
  await room.clock.advance(3_000)
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['played', 'played', 'quiet'])
})

test('answers everything when one person is left', async () => {
  await using room = new VoiceRoom()
  const { anna, ben } = await roomOfTwo(room)
  ben.input?.[Symbol.dispose]()
  await anna.say()
  await room.clock.advance(10_000)
  expect(room.reports).toMatchObject([{ outcome: 'played' }])
  expect(ben.lane.isOpen).toBe(false)
})

test('answers one after the other', async () => {
  await using room = new VoiceRoom()
  const { anna, ben } = await roomOfTwo(room)
  room.answer = 'Here is one thing about it.'
  room.recogniser.answers = ['Lumi, first?', 'Lumi, second?']
  await anna.speak(600)
  await anna.pause()
  await anna.finish()
  await ben.speak(600)
  await ben.pause()
  await ben.finish()
  await room.clock.advance(15_000)
  expect(room.requests.map(({ person }) => person.displayName)).toEqual(['Anna', 'Ben'])
})

test('lets a certain turn go before a guess', async () => {
  await using room = new VoiceRoom()
  const { anna, ben } = await roomOfTwo(room)
  room.recogniser.answers = [
    'Lumi, I was wondering',
    'Lumi, what time is it?',
    'Lumi, I was wondering about that.',
  ]
  await anna.speak(600)
  await anna.pause()
  await room.clock.advance(150)
  expect(room.openAnswers).toBe(1)
  await ben.say(500)
  await anna.finish(2_000)
  await room.clock.advance(20_000)
  expect(room.heard.map(({ request }) => request.person.displayName)).toEqual(['Ben', 'Anna'])
  expect(room.heard.map(({ status }) => status)).toEqual(['played', 'played'])
})

test('leaves out a question that waited too long', async () => {
  await using room = new VoiceRoom({ settings: { turnWaitMs: 1_000 } })
  const { anna, ben } = await roomOfTwo(room)
  room.answer = 'This answer is so long that nobody who asked something meanwhile wants to wait for its end.'
  room.recogniser.answers = ['Lumi, first?', 'Lumi, second?']
  await anna.speak(600)
  await ben.speak(600)
  await anna.pause()
  await ben.pause()
  await anna.finish()
  await ben.finish()
  await room.clock.advance(20_000)
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['left-out', 'played'])
})

test('says a notice when its voice is free', async () => {
  await using room = new VoiceRoom()
  const { anna } = await roomOfTwo(room)
  room.recogniser.answers = ['Lumi, hello.']
  await anna.say()
  room.session.say('I am listening now.')
  await room.clock.advance(20_000)
  expect(room.voice.spoken.at(-1)).toBe('I am listening now.')
  expect(room.reports).toHaveLength(1)
})

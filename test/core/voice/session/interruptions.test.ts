import { expect, test } from 'vitest'
import { VoiceRoom } from '#test/support/voice-room.ts'

/** A room in which the answer to Anna has been heard for a second. */
async function speaking(room: VoiceRoom) {
  const anna = room.join('Anna')
  room.answer =
    'It is sunny outside today, and it will stay so for the whole week. Take your hat with you, please.'
  await anna.say()
  await room.clock.advance(1_500)
  expect(room.clock.now() - room.lastFrameMs).toBeLessThanOrEqual(20)
  return anna
}

test('falls silent within 250 ms when somebody speaks, and answers them', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  const onsetMs = room.clock.now()
  room.recogniser.answers = ['No, I mean tomorrow.']
  await anna.speak(900)
  expect(room.lastFrameMs - onsetMs).toBeLessThanOrEqual(250)
  await anna.pause()
  await room.clock.advance(100)
  const cut = room.reports[0]
  expect(cut).toMatchObject({ outcome: 'cut' })
  expect(cut?.times.bargeInStopMs).toBeLessThanOrEqual(250)
  expect(room.openAnswers).toBe(1)
  await anna.finish()
  await room.clock.advance(15_000)
  expect(room.requests.at(-1)?.text).toBe('No, I mean tomorrow.')
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['cut', 'played'])
})

test('keeps of a cut answer exactly what was heard', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  room.recogniser.answers = ['No, I mean tomorrow.']
  await anna.say()
  await room.clock.advance(100)
  const [cut] = room.heard
  expect(cut?.status).toBe('cut')
  expect(cut?.heardText).not.toBe('')
  expect(room.answer.startsWith(cut?.heardText ?? '-')).toBe(true)
  expect((cut?.heardText ?? '').length).toBeLessThan(40)
})

test('stops at once when the speech is longer than any backchannel, without waiting for words', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  await anna.speak(1_500)
  expect(room.reports).toMatchObject([{ outcome: 'cut' }])
})

test('is quieter for a cough, and goes on', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  await anna.speak(110)
  await anna.pause()
  const begun = room.recogniser.counts.begun
  await anna.finish()
  await room.clock.advance(15_000)
  expect(room.recogniser.counts.begun).toBe(begun)
  expect(room.reports).toMatchObject([{ outcome: 'played' }])
  expect(room.heard[0]?.heardText).toBe(room.answer)
})

test('goes on after a backchannel from the very sample at which it fell silent', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  const framesBefore = room.frames.length
  room.recogniser.answers = ['Mm-hmm.']
  await anna.speak(450)
  const framesHeld = room.frames.length
  await anna.pause()
  await anna.finish()
  await room.clock.advance(15_000)
  expect(framesHeld - framesBefore).toBeLessThan(13)
  expect(room.reports.map(({ outcome }) => outcome)).toEqual(['dismissed', 'played'])
  expect(room.heard[0]?.heardText).toBe(room.answer)
  expect(room.requests).toHaveLength(1)
})

test('takes a yes for an answer when it was asking', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  room.answer = 'I can tell you a very long story about a lighthouse. Would you like that?'
  await anna.say()
  await room.clock.advance(1_500)
  room.recogniser.answers = ['Yes.']
  await anna.say(400)
  await room.clock.advance(15_000)
  expect(room.requests.map(({ text }) => text)).toEqual(['What is the weather like?', 'Yes.'])
})

test('does not answer its own echo', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  room.recogniser.answers = ['sunny outside today and it will']
  await anna.say(900)
  await room.clock.advance(15_000)
  expect(room.requests).toHaveLength(1)
  expect(room.heard[0]).toMatchObject({ status: 'played', heardText: room.answer })
})

test('no longer falls silent for the sound alone of somebody whose loudspeaker echoes', async () => {
  await using room = new VoiceRoom()
  const anna = await speaking(room)
  room.recogniser.answers = ['it is sunny outside']
  await anna.say(500)
  await anna.say(500)
  const framesBefore = room.frames.length
  await anna.speak(500)
  expect(room.frames.length - framesBefore).toBeGreaterThanOrEqual(24)
})

test('stops at once when told to, and forgets what waits', async () => {
  await using room = new VoiceRoom()
  await speaking(room)
  room.session.say('I will be gone in a minute.')
  const stoppedMs = room.clock.now()
  room.session.stop()
  await room.clock.advance(5_000)
  expect(room.lastFrameMs - stoppedMs).toBeLessThanOrEqual(20)
  expect(room.reports).toMatchObject([{ outcome: 'cut' }])
  expect(room.openAnswers).toBe(0)
  expect(room.voice.counts.open).toBe(0)
})

test('waits with its answer until somebody else has finished a word, and then gives it', async () => {
  await using room = new VoiceRoom()
  const anna = room.join('Anna')
  const ben = room.join('Ben')
  room.recogniser.answers = ['Lumi, what is the weather like?', 'I am hungry.']
  await anna.speak(800)
  await anna.pause()
  await anna.finish()
  await ben.speak(1_400)
  const framesWhileBen = room.frames.length
  await ben.pause()
  await ben.finish()
  await room.clock.advance(15_000)
  expect(framesWhileBen).toBeLessThan(35)
  expect(room.heard.find(({ status }) => status === 'played')?.heardText).toBe(room.answer)
})

import { describe, expect, test } from 'vitest'
import { createAcousticEndpointing } from '#core/voice/endpointing/acoustic.ts'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'
import { Listening } from './listening.ts'

const ms = (samples: Int16Array) => samples.length / 16

test('speech, a pause and its end are told in order, with the times of the sound', async () => {
  const one = new Listening()
  await one.silence(500)
  await one.speak(1_000)
  await one.silence(1_000)
  expect(one.types).toEqual(['speech-start', 'pause', 'turn-end'])
  const [start, pause, end] = one.events.filter(({ type }) => type !== 'speech-continues')
  expect(start).toMatchObject({ speechStartMs: expect.closeTo(1_500, -2) })
  expect(pause?.atMs).toBeGreaterThanOrEqual(2_620)
  expect(pause?.atMs).toBeLessThanOrEqual(2_700)
  expect(end).toMatchObject({ speechEndMs: expect.closeTo(2_500, -2), speechMs: expect.closeTo(1_000, -2) })
  expect(end?.atMs).toBeGreaterThanOrEqual(2_800)
  expect(end?.atMs).toBeLessThanOrEqual(2_840)
})

test('goes on being told about every tenth of a second', async () => {
  const one = new Listening()
  await one.speak(2_000)
  const lasting = one.events.filter(({ type }) => type === 'speech-continues')
  expect(lasting.length).toBeGreaterThanOrEqual(17)
  expect(lasting.length).toBeLessThanOrEqual(21)
})

test('the audio begins before the first word and ends soon after the last', async () => {
  const one = new Listening()
  await one.silence(1_000)
  await one.speak(500)
  await one.silence(1_000)
  const [{ audio } = { audio: { samples: new Int16Array(), sampleRateHz: 0 } }] = one.turns
  const firstWordMs = audio.samples.findIndex((sample) => Math.abs(sample) > 1_000) / 16
  expect(audio.sampleRateHz).toBe(16_000)
  expect(firstWordMs).toBeGreaterThan(200)
  expect(firstWordMs).toBeLessThanOrEqual(320)
  expect(ms(audio.samples)).toBeLessThan(1_100)
})

test('a pause that was none is void, and the turn holds both parts', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(200)
  await one.speak(500)
  await one.silence(600)
  expect(one.types).toEqual(['speech-start', 'pause', 'resume', 'pause', 'turn-end'])
  expect(ms(one.turns[0]?.audio.samples ?? new Int16Array())).toBeGreaterThan(1_200)
})

test('gaps between words are no pauses', async () => {
  const one = new Listening()
  for (let word = 0; word < 5; word += 1) {
    await one.speak(200)
    await one.silence(80)
  }
  expect(one.types).toEqual(['speech-start'])
})

test('speech soon after the end reopens the turn, and the next end holds both parts', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(1_000)
  await one.speak(500)
  await one.silence(600)
  expect(one.types).toEqual(['speech-start', 'pause', 'turn-end', 'reopened', 'pause', 'turn-end'])
  const [first, both] = one.turns
  expect(ms(both?.audio.samples ?? new Int16Array())).toBeGreaterThan(2_000)
  expect(both?.speechMs).toBeCloseTo(2 * (first?.speechMs ?? 0), -2)
})

test('speech long after the end is a turn of its own', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(2_800)
  await one.speak(500)
  await one.silence(600)
  expect(one.types.filter((type) => type !== 'pause')).toEqual([
    'speech-start',
    'turn-end',
    'speech-start',
    'turn-end',
  ])
  expect(ms(one.turns[1]?.audio.samples ?? new Int16Array())).toBeLessThan(1_100)
})

test('speech over our own voice is an interruption, not more of the turn that it answers', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(600)
  one.lane.setPlaying(true)
  await one.speak(500)
  await one.silence(600)
  expect(one.types.filter((type) => type !== 'pause')).toEqual([
    'speech-start',
    'turn-end',
    'speech-start',
    'turn-end',
  ])
})

test('bursts of 20 ms are nobody speaking', async () => {
  const one = new Listening()
  for (let burst = 0; burst < 10; burst += 1) {
    await one.speak(20)
    await one.silence(300)
  }
  expect(one.types).toEqual([])
})

test('a burst after the end does not withdraw the turn', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(500)
  await one.speak(40)
  await one.silence(500)
  expect(one.types).toEqual(['speech-start', 'pause', 'turn-end'])
})

test('of an endless speech the last minute is kept', async () => {
  const one = new Listening()
  for (let word = 0; word < 70; word += 1) {
    await one.speak(800)
    await one.silence(200)
  }
  await one.silence(600)
  const length = ms(one.turns[0]?.audio.samples ?? new Int16Array())
  expect(length).toBeGreaterThan(59_000)
  expect(length).toBeLessThanOrEqual(60_000)
})

describe('what was said', () => {
  const settings = { finishedMs: 250, openMs: 600, openMaxMs: 600, unfinishedMs: 1_500 }
  const heard = async (text: string | undefined) => {
    const one = new Listening({ endpointing: createEndpointing(settings) }, (event) => {
      if (event.type === 'pause' && text !== undefined) one.lane.hint({ text, isFinal: true })
    })
    await one.speak(500)
    await one.silence(2_000)
    const [turn] = one.turns
    return (turn?.atMs ?? 0) - (turn?.speechEndMs ?? 0)
  }

  test.each([
    ['What time is it?', 250],
    ['I want to go to the', 1_500],
    [undefined, 600],
  ])('%s ends the turn after %i ms', async (text, expectedMs) => {
    expect(await heard(text)).toBeCloseTo(expectedMs, -1.5)
  })

  test('a whole sentence that comes late ends the turn at once', async () => {
    const one = new Listening({ endpointing: createEndpointing(settings) })
    await one.speak(500)
    await one.silence(440)
    expect(one.turns).toEqual([])
    one.lane.hint({ text: 'That is all.', isFinal: true })
    await one.clock.settle()
    expect(one.turns).toHaveLength(1)
  })

  test('words about a pause that is over do not end the speech after it', async () => {
    const one = new Listening({ endpointing: createEndpointing(settings) })
    await one.speak(500)
    await one.silence(200)
    one.lane.hint({ text: 'I want to go to the', isFinal: true })
    await one.speak(500)
    await one.silence(700)
    expect(one.types).toEqual(['speech-start', 'pause', 'resume', 'pause', 'turn-end'])
  })
})

describe('an audio model', () => {
  const settings = { finishedMs: 200, openMs: 600, openMaxMs: 600, unfinishedMs: 1_500 }

  test.each([
    [0.9, 200],
    [0.1, 1_500],
    [undefined, 600],
  ])('that says %d ends the turn after %i ms', async (probability, expectedMs) => {
    const one = new Listening({ endpointing: createEndpointing(settings, async () => probability) })
    await one.speak(500)
    await one.silence(2_000)
    const [turn] = one.turns
    expect((turn?.atMs ?? 0) - (turn?.speechEndMs ?? 0)).toBeCloseTo(expectedMs, -1.5)
  })

  test('that fails, or answers about a pause that is over, changes nothing', async () => {
    const answers = [Promise.withResolvers<number>(), Promise.withResolvers<number>()]
    const pending = answers.values()
    const judge = () => pending.next().value?.promise ?? Promise.resolve(undefined)
    const one = new Listening({ endpointing: createEndpointing(settings, judge) })
    await one.speak(500)
    await one.silence(200)
    await one.speak(500)
    answers[0]?.resolve(0.99)
    await one.silence(300)
    expect(one.turns).toEqual([])
    answers[1]?.reject(new Error('broken model'))
    await one.silence(500)
    expect(one.turns).toHaveLength(1)
  })
})

test('a shorter silence ends turns sooner', async () => {
  const one = new Listening({ endpointing: createAcousticEndpointing(160) })
  await one.speak(500)
  await one.silence(400)
  const [turn] = one.turns
  expect((turn?.atMs ?? 0) - (turn?.speechEndMs ?? 0)).toBeCloseTo(160, -1.5)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { Listening, syllable, toneShare, voiced } from './listening.ts'
import { LoudnessVad } from './loudness-vad.ts'

test('when nothing is sent any more the turn ends all the same, and then the lane rests', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.nothing(500)
  expect(one.types).toEqual(['speech-start', 'pause', 'turn-end'])
  await one.nothing(6_000)
  expect(one.clock.timerCount).toBe(0)
  const { askedCount } = one.vad
  await one.nothing(60_000)
  expect(one.vad.askedCount).toBe(askedCount)
})

test('what was not sent between two words is silence in the audio', async () => {
  const one = new Listening()
  await one.speak(400)
  await one.nothing(200)
  await one.speak(400)
  await one.nothing(800)
  const { samples } = one.turns[0]?.audio ?? { samples: new Int16Array() }
  const loud = [...samples].map((sample) => Math.abs(sample) > 100)
  const between = samples.slice(loud.indexOf(true), loud.lastIndexOf(true))
  expect(between.length / 16).toBeCloseTo(1_000, -2)
})

test('after a long time without sound the next turn has its own', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.nothing(60_000)
  await one.speak(500)
  await one.nothing(1_000)
  expect(one.types.filter((type) => type !== 'pause')).toEqual([
    'speech-start',
    'turn-end',
    'speech-start',
    'turn-end',
  ])
  expect((one.turns[1]?.audio.samples.length ?? 0) / 16).toBeLessThan(1_100)
})

test('a process that was held up puts no silence into words that wait to be pushed', async () => {
  const one = new Listening()
  await one.speak(400)
  await one.clock.stall(500)
  for (let frame = 0; frame < 25; frame += 1)
    one.lane.push(
      Int16Array.from({ length: 320 }, (_, at) => syllable(at, 440, 16_000)),
      one.clock.now(),
    )
  await one.silence(400)
  expect(one.types).toEqual(['speech-start', 'pause', 'turn-end'])
  expect(one.turns[0]?.speechMs).toBeCloseTo(900, -2)
})

test('one that speaks never touches the audio of another', async () => {
  const clock = new VirtualClock()
  const [a, b] = [new Listening({ clock }), new Listening({ clock })]
  const push = (one: Listening, hz: number) =>
    one.lane.push(
      Int16Array.from({ length: 320 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hz * at) / 16_000)),
      clock.now(),
    )
  for (let frame = 0; frame < 100; frame += 1) {
    await clock.advance(20)
    if (frame < 40) push(a, 400)
    if (frame > 20 && frame < 60) push(b, 900)
  }
  for (const [one, own, other] of [
    [a, 400, 900],
    [b, 900, 400],
  ] as const) {
    const { samples } = one.turns[0]?.audio ?? { samples: new Int16Array() }
    expect(one.types).toEqual(['speech-start', 'pause', 'turn-end'])
    const sound = voiced(samples)
    expect(toneShare(sound, own)).toBeGreaterThan(0.3)
    expect(toneShare(sound, other)).toBeLessThan(0.01)
  }
})

test('forty lanes at once hear what each would alone', async () => {
  const clock = new VirtualClock()
  const vad = new LoudnessVad()
  const lanes = Array.from({ length: 40 }, () => new Listening({ clock, vad }))
  const tone = Int16Array.from(
    { length: 320 },
    (_, at) => 8_000 * Math.sin((2 * Math.PI * 400 * at) / 16_000),
  )
  for (let frame = 0; frame < 120; frame += 1) {
    await clock.advance(20)
    for (const [index, { lane }] of lanes.entries())
      if (frame >= index && frame < 40 + index) lane.push(tone, clock.now())
  }
  for (const { types } of lanes) expect(types).toEqual(['speech-start', 'pause', 'turn-end'])
})

test('48 kHz is heard as 16 kHz', async () => {
  const one = new Listening({ sampleRateHz: 48_000 })
  await one.speak(500, 440)
  await one.silence(500)
  const { samples } = one.turns[0]?.audio ?? { samples: new Int16Array() }
  expect(toneShare(voiced(samples), 440)).toBeGreaterThan(0.7)
})

test('an abort ends the events at once and leaves no timer', async () => {
  const one = new Listening()
  await one.speak(300)
  one.stop.abort(new Error('left the room'))
  await one.ended
  await one.speak(300)
  one.lane.hint({ text: 'Hello.', isFinal: true })
  expect(one.types).toEqual(['speech-start'])
  expect(one.clock.timerCount).toBe(0)
})

test('a lane that begins aborted, or is disposed, ends without events', async () => {
  const aborted = new Listening({ signal: AbortSignal.abort() })
  const disposed = new Listening()
  disposed.lane[Symbol.dispose]()
  await aborted.speak(300)
  await Promise.all([aborted.ended, disposed.ended])
  expect([...aborted.events, ...disposed.events]).toEqual([])
})

test('a reader that leaves early is not waited for', async () => {
  const one = new Listening({}, () => {
    throw new Error('not interested')
  })
  await one.speak(300)
  await expect(one.ended).rejects.toThrow('not interested')
  await one.speak(300)
  await one.silence(600)
  expect(one.events).toHaveLength(1)
})

test('a detector that fails for good throws in the loop, after what came before', async () => {
  const one = new Listening()
  await one.speak(300)
  one.vad.failure = new Error('no detector')
  await one.speak(100)
  await expect(one.ended).rejects.toThrow('no detector')
  expect(one.types).toEqual(['speech-start'])
  expect(one.clock.timerCount).toBe(0)
})

test('no turn ends while the detector is behind', async () => {
  const one = new Listening()
  await one.speak(500)
  await one.silence(200)
  one.vad.hold = Promise.withResolvers<void>()
  await one.speak(500)
  expect(one.types).toEqual(['speech-start', 'pause'])
  one.vad.hold.resolve()
  one.vad.hold = undefined
  await one.silence(500)
  expect(one.types).toEqual(['speech-start', 'pause', 'resume', 'pause', 'turn-end'])
})

test('whatever is said, the events keep their order and the audio its length', async () => {
  const piece = fc.record({
    kind: fc.constantFrom('speak', 'silence', 'nothing' as const),
    ms: fc.integer({ min: 1, max: 60 }).map((frames) => frames * 20),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const one = new Listening()
      for (const { kind, ms } of pieces) await one[kind as 'speak' | 'silence' | 'nothing'](ms)
      await one.nothing(1_000)
      const order = one.types.join(' ')
      expect(order).toMatch(/^(?:(?:speech-start|reopened) pause (?:resume pause )*turn-end ?)*$/)
      const spokenMs = pieces.filter(({ kind }) => kind === 'speak').reduce((sum, { ms }) => sum + ms, 0)
      for (const turn of one.turns) expect(turn.speechMs).toBeLessThanOrEqual(spokenMs + 64 * pieces.length)
    }),
    { numRuns: 25 },
  )
})

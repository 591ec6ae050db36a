import { beforeEach, describe, expect, test } from 'vitest'
import { mouthFrameBytes, StageEvent } from '#core/protocol/stage.ts'
import { VirtualClock } from '#test/support/virtual-clock.ts'
import { answer, face, speaking } from './speaking.ts'

let clock: VirtualClock
beforeEach(() => {
  clock = new VirtualClock()
})

const sinceStart = (epochMs: number) => Math.round(epochMs - performance.timeOrigin - 1_000)

describe('what the stage is told', () => {
  test('is all that the protocol says, from the start to the end', async () => {
    const { spoken, events, eventsOf, heard } = speaking(answer('This is what I wanted to say.'), { clock })
    await clock.advance(5_000)
    const { framesPlayed } = await spoken
    for (const event of events) StageEvent.parse(event)
    expect(eventsOf('stage.utterance.start').map(({ playAt }) => sinceStart(playAt))).toEqual([0])
    expect(eventsOf('stage.utterance.end').map(({ at }) => sinceStart(at))).toEqual([20 * framesPlayed])
    expect(framesPlayed).toBe(heard.length)
  })

  test('has the mouth of every frame, ahead of its time, in messages of up to five', async () => {
    const toldAtMs = new Map<number, number>()
    const { spoken, eventsOf, events } = speaking(answer('This is what I wanted to say.'), { clock })
    for (let ms = 0; ms < 3_000; ms += 20) {
      await clock.advance(20)
      for (const event of events)
        if (event.type === 'stage.mouth' && !toldAtMs.has(event.firstFrame))
          toldAtMs.set(event.firstFrame, clock.now() - 20)
    }
    const { framesPlayed } = await spoken
    let next = 0
    for (const { firstFrame, playAt, frames } of eventsOf('stage.mouth')) {
      expect(firstFrame).toBe(next)
      expect(sinceStart(playAt)).toBe(20 * firstFrame)
      expect(frames.length / mouthFrameBytes).toBeLessThanOrEqual(5)
      next += frames.length / mouthFrameBytes
      const leadMs = 1_000 + 20 * firstFrame - (toldAtMs.get(firstFrame) ?? 0)
      if (firstFrame > 10) expect(leadMs).toBeGreaterThanOrEqual(80)
    }
    expect(next).toBe(framesPlayed)
  })

  test('is not left to the next beat at the beginning, where frames are heard as soon as they are made', async () => {
    const { spoken, eventsOf } = speaking(answer('This is what I wanted to say.'), { clock })
    await clock.advance(5_000)
    await spoken
    const leads = eventsOf('stage.mouth').map(({ firstFrame, playAt, at }) => [
      firstFrame,
      // What was sent on the clock's millisecond, rounded.
      20 * Math.round((playAt - at) / 20),
    ])
    const [first, second, third] = leads
    // Nobody knows of a sound before it is heard that is played with its first 40 ms.
    expect(first?.[0]).toBe(0)
    expect(first?.[1]).toBeCloseTo(0)
    expect(second).toEqual([2, 40])
    expect(third?.[1]).toBeGreaterThanOrEqual(60)
    expect(leads.slice(3).every(([, lead = 0]) => lead >= 60)).toBe(true)
  })

  test('has captions of at most forty characters, whose words come one after the other', async () => {
    const text = 'This is a rather long sentence that does not fit into one line of a caption at all.'
    const { spoken, eventsOf } = speaking(answer(text), { clock })
    await clock.advance(8_000)
    const { framesPlayed } = await spoken
    const lines = eventsOf('stage.caption')
    expect(lines.map((line) => line.text).join(' ')).toBe(text)
    expect(lines.every((line) => line.text.length <= 40)).toBe(true)
    const times = lines.flatMap((line) => line.words.map(({ at }) => sinceStart(at)))
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(0)).toBe(0)
    expect(times.at(-1)).toBeLessThan(20 * framesPlayed)
    // The voice takes 50 ms for each character; letters are what the estimate goes by.
    const word = lines.flatMap((line) => line.words).find((each) => each.text === 'caption')
    const expectedMs = 50 * text.indexOf('caption')
    expect(Math.abs(sinceStart(word?.at ?? 0) - expectedMs)).toBeLessThan(150)
  })

  test('has each face at the sentence that it precedes', async () => {
    const { spoken, eventsOf } = speaking(
      answer(
        face('happy'),
        'I am glad to see you again. ',
        face('sad'),
        'But I have to go now. ',
        face('neutral'),
      ),
      { clock },
    )
    await clock.advance(8_000)
    const { framesPlayed } = await spoken
    const faces = eventsOf('stage.expression').map(({ name, at }) => [name, sinceStart(at)])
    const secondMs = 20 * Math.ceil((27 * 50) / 20) + 160
    expect(faces).toEqual([
      ['happy', 0],
      ['sad', secondMs],
      ['neutral', 20 * framesPlayed],
    ])
  })

  test('is cut at a pause, and begins anew with an earlier start when the sound goes on', async () => {
    const { spoken, room, eventsOf } = speaking(answer('One two three four five six seven eight.'), { clock })
    await clock.advance(510)
    room.pause()
    await clock.advance(1_000)
    room.resume()
    await clock.advance(5_000)
    await spoken
    expect(eventsOf('stage.utterance.cut').map(({ frame }) => frame)).toEqual([26])
    const starts = eventsOf('stage.utterance.start').map(({ playAt }) => sinceStart(playAt))
    expect(starts).toEqual([0, 1_510 - 26 * 20])
    const resumed = eventsOf('stage.mouth').find(({ playAt }) => sinceStart(playAt) >= 1_510)
    expect(resumed).toMatchObject({ firstFrame: 26 })
    expect(eventsOf('stage.caption').map(({ from }) => sinceStart(from))).toEqual([0, 1_510 - 26 * 20])
  })
})

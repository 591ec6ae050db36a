import { describe, expect, test } from 'vitest'
import { mouthFrameBytes as protocolFrameBytes, frameMs as protocolFrameMs } from '#core/protocol/stage.ts'
import { backoffMs } from '../../src/overlay/backoff.ts'
import { pagesOf, timedWords } from '../../src/overlay/caption-pages.ts'
import { Expression } from '../../src/overlay/expression.ts'
import { Lips } from '../../src/overlay/lips.ts'
import { emptyShape, frameMs, mouthFrameBytes } from '../../src/overlay/mouth-frames.ts'
import { MouthTrack } from '../../src/overlay/mouth-track.ts'
import { Performer } from '../../src/overlay/performer.ts'
import { StageClock } from '../../src/overlay/stage-clock.ts'

test('the overlay counts frames as the protocol does', () => {
  expect([frameMs, mouthFrameBytes]).toEqual([protocolFrameMs, protocolFrameBytes])
})

/** One frame for each level, as `aa`. */
function frames(...levels: number[]): Uint8Array {
  return Uint8Array.from(levels.flatMap((level) => [255 * level, 0, 0, 0, 0, 255 * level]))
}

function readAt(track: MouthTrack, at: number): number | undefined {
  const shape = emptyShape()
  return track.read(at, shape) ? (shape[0] ?? 0) : undefined
}

describe('the track of the mouth', () => {
  test('has each frame in its middle, and goes from one to the next in a straight line', () => {
    const track = new MouthTrack()
    track.add('u', 0, 1_000, frames(0, 1))
    track.add('u', 2, 1_040, frames(0))
    expect(readAt(track, 1_010)).toBeCloseTo(0)
    expect(readAt(track, 1_020)).toBeCloseTo(0.5)
    expect(readAt(track, 1_030)).toBeCloseTo(1)
    expect(readAt(track, 1_040)).toBeCloseTo(0.5)
    expect(readAt(track, 1_050)).toBeCloseTo(0)
    expect(readAt(track, 1_071)).toBeUndefined()
    expect(readAt(track, 900)).toBeUndefined()
  })

  test('drops what was cut, and what still arrives of it, until the utterance goes on', () => {
    const track = new MouthTrack()
    track.add('u', 0, 0, frames(1, 1, 1, 1))
    track.cut('u', 2)
    track.add('u', 4, 80, frames(1))
    expect(readAt(track, 20)).toBeCloseTo(1)
    expect(readAt(track, 60)).toBeUndefined()
    expect(readAt(track, 90)).toBeUndefined()
    track.begin('u')
    track.add('u', 2, 500, frames(1))
    expect(readAt(track, 510)).toBeCloseTo(1)
  })

  test('takes the newest word for a moment that was announced twice', () => {
    const track = new MouthTrack()
    track.add('u', 0, 0, frames(1, 1, 1))
    track.add('u', 0, 0, frames(0, 0, 0))
    expect(readAt(track, 30)).toBe(0)
  })
})

describe('the lips', () => {
  test('show the two strongest vowels and never more than their cap', () => {
    const lips = new Lips()
    lips.target.set([0.5, 0.2, 0.9, 0.1, 0.3, 1])
    lips.move(10_000, false)
    const [aa = 0, ih, ou = 0, ee, oh] = lips.shape
    expect([ih, ee, oh]).toEqual([0, 0, 0])
    expect(aa + ou).toBeCloseTo(0.85)
    expect(ou / aa).toBeCloseTo(0.9 / 0.5)
  })

  test('open faster than they close, and are closed 80 ms after a cut', () => {
    const lips = new Lips()
    lips.target.set([0.8, 0, 0, 0, 0, 1])
    lips.move(30, false)
    const opened = lips.shape[0] ?? 0
    expect(opened).toBeGreaterThan(0.65)
    lips.target.fill(0)
    lips.move(30, false)
    expect(lips.shape[0]).toBeGreaterThan(0.3)
    lips.move(80, true)
    expect(lips.shape[0]).toBeLessThan(0.05)
  })
})

describe('a face', () => {
  test('is cross-faded within 250 ms and goes by itself', () => {
    const face = new Expression()
    face.set('happy', 0)
    face.move(0, 125, false)
    expect(face.weights.get('happy')).toBeCloseTo(0.5)
    face.set('sad', 125)
    face.move(250, 125, false)
    expect([face.weights.get('happy'), face.weights.get('sad')]).toEqual([0, 0.5])
    face.move(8_000, 1_000, true)
    expect(face.name).toBe('sad')
    face.move(13_000, 1_000, false)
    expect(face.name).toBe('neutral')
    face.move(13_100, 300, false)
    expect(face.weights.get('sad')).toBe(0)
  })

  test('comes with the voice when it is announced ahead', () => {
    const performer = new Performer()
    performer.apply({ type: 'expression', name: 'happy', at: 5_000 })
    expect(performer.at(0, 16, 4_990).expression).toBe('neutral')
    expect(performer.at(16, 16, 5_006).expression).toBe('happy')
  })
})

describe('the clock of the stage', () => {
  const offset = 3_600_000

  test('believes the answer that was quickest', () => {
    const clock = new StageClock()
    clock.add(0, 190 + offset, 200)
    clock.add(1_000, 1_010 + offset, 1_020)
    clock.add(2_000, 2_300 + offset, 2_310)
    expect(clock.at(2_310) - 2_310 - offset).toBeCloseTo(0, 0)
  })

  test('follows a clock that drifts, without a jump', () => {
    const clock = new StageClock()
    const server = (now: number) => now * 1.000_2 + offset
    let before = 0
    for (let now = 0; now < 600_000; now += 50) {
      if (now % 1_000 === 0) clock.add(now, server(now + 20), now + 40)
      const at = clock.at(now + 40)
      expect(Math.abs(at - server(now + 40))).toBeLessThan(15)
      expect(at).toBeGreaterThan(before)
      before = at
    }
  })
})

describe('captions', () => {
  test('have at most two lines of forty letters, each page from its first word on', () => {
    const words = Array.from({ length: 40 }, (_, index) => ({ text: `word${index}`, at: index * 100 }))
    const pages = pagesOf(words, 4_000)
    expect(pages.flatMap((page) => page.words)).toEqual(words)
    for (const page of pages) {
      expect(page.words.map(({ text }) => text).join(' ').length).toBeLessThanOrEqual(81)
      expect(page.from).toBe(page.words[0]?.at)
    }
    expect(pages.at(-1)?.until).toBe(4_000)
    expect(pages[0]?.until).toBe(pages[1]?.from)
  })

  test('keep a word that is longer than a line, and spread words without times evenly', () => {
    expect(pagesOf([{ text: 'x'.repeat(100), at: 0 }], 1)).toHaveLength(1)
    const words = timedWords({ text: ' one  two ', from: 0, until: 100, words: [] })
    expect(words).toEqual([
      { text: 'one', at: 0 },
      { text: 'two', at: 50 },
    ])
  })
})

test('a lost line is tried often for a minute, then ever less, and never later than every fifteen seconds', () => {
  expect(backoffMs(0, () => 0)).toBe(300)
  expect(backoffMs(59_000, () => 1)).toBe(1_200)
  expect(backoffMs(60_000, () => 1)).toBe(12_000)
  for (const lostForMs of [90_000, 3_600_000, 1e9]) expect(backoffMs(lostForMs, () => 1)).toBe(15_000)
})

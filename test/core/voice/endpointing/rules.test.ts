import { describe, expect, test } from 'vitest'
import { createEndpointing } from '#core/voice/endpointing/rules.ts'

const settings = {
  finishedMs: 200,
  doubtfulMs: 500,
  openMs: 400,
  openMaxMs: 700,
  unmarkedMs: 1_000,
  unfinishedMs: 1_500,
}
const turn = (text?: string, endProbability?: number) => ({
  speechMs: 1_000,
  hint: text === undefined ? undefined : { text, isFinal: true },
  endProbability,
})

test.each([
  ['Where is it?', 200],
  ['I told her that I would.', 500],
  [undefined, 400],
  ['', 400],
  ['My old neighbour', 1_000],
  ['Because of the', 1_500],
])('after %s the wait is %i ms', (text, waitMs) => {
  expect(createEndpointing(settings).open().waitMs(turn(text))).toBe(waitMs)
})

test('words can be left out of it', () => {
  const speaker = createEndpointing({ ...settings, usesTranscript: false }).open()
  expect(speaker.waitMs(turn('Because of the'))).toBe(400)
})

describe('an audio model', () => {
  const speaker = createEndpointing(settings).open()

  test('decides where the words do not', () => {
    expect(speaker.waitMs(turn(undefined, 0.9))).toBe(200)
    expect(speaker.waitMs(turn(undefined, 0.1))).toBe(1_500)
  })

  test('makes a sentence that sounds as if it went on wait', () => {
    expect(speaker.waitMs(turn('I bought a car.', 0.1))).toBe(1_500)
  })

  test('does not end a sentence in its middle', () => {
    expect(speaker.waitMs(turn('I bought a', 0.9))).toBe(1_500)
  })
})

describe('a speaker of long pauses', () => {
  test('is given more time where the words do not tell, up to a bound; others are not', () => {
    const endpointing = createEndpointing(settings)
    const [slow, other] = [endpointing.open(), endpointing.open()]
    slow.learnPause(600)
    expect(slow.waitMs(turn())).toBe(600)
    for (let pause = 0; pause < 50; pause += 1) slow.learnPause(1_400)
    expect(slow.waitMs(turn())).toBe(700)
    expect(other.waitMs(turn())).toBe(400)
  })

  test('is learned slowly, and not from gaps between words nor from silences between turns', () => {
    const speaker = createEndpointing(settings).open()
    speaker.learnPause(500)
    speaker.learnPause(60)
    speaker.learnPause(30_000)
    expect(speaker.waitMs(turn())).toBe(500)
    speaker.learnPause(1_000)
    expect(speaker.waitMs(turn())).toBeCloseTo(550)
  })
})

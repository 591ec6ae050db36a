import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createResampler } from '#core/voice/pcm/resampler.ts'
import { gainDb, tone } from './tones.ts'

function convert(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  const resampler = createResampler(fromHz, toHz)
  return concat([resampler.push(samples), resampler.flush()])
}

function concat(blocks: readonly Int16Array[]): Int16Array {
  return Int16Array.from(blocks.flatMap((block) => [...block]))
}

const pairs = [
  [48_000, 16_000],
  [24_000, 48_000],
  [16_000, 48_000],
  [22_050, 48_000],
  [44_100, 48_000],
  [44_100, 16_000],
] as const

describe.each(pairs)('from %i to %i Hz', (fromHz, toHz) => {
  const nyquistHz = Math.min(fromHz, toHz) / 2

  test('passes what lies well under both Nyquist frequencies, within a tenth of a decibel', () => {
    for (const share of [0.02, 0.1, 0.3, 0.5, 0.7]) {
      const input = tone(share * nyquistHz, fromHz)
      expect(Math.abs(gainDb(input, convert(input, fromHz, toHz)))).toBeLessThan(0.1)
    }
  })

  test('stays in time and in phase with its input', () => {
    const expected = tone(440, toHz)
    const output = convert(tone(440, fromHz), fromHz, toHz)
    expect(Math.abs(output.length - expected.length)).toBeLessThanOrEqual(1)
    for (let index = 200; index < expected.length - 200; index += 1)
      expect(Math.abs((output[index] ?? 0) - (expected[index] ?? 0))).toBeLessThanOrEqual(16)
  })

  test('says the same whatever the blocks', () => {
    const input = tone(1_000, fromHz, 3_000)
    const whole = convert(input, fromHz, toHz)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 12 }), (cuts) => {
        const resampler = createResampler(fromHz, toHz)
        const places = [...cuts.map((_, at) => cuts.slice(0, at + 1).reduce((a, b) => a + b)), input.length]
        const blocks = places.map((end, at) => resampler.push(input.slice(places[at - 1] ?? 0, end)))
        expect(concat([...blocks, resampler.flush()])).toEqual(whole)
      }),
      { numRuns: 20 },
    )
  })
})

test.each([8_600, 9_500, 12_000, 15_000, 20_000])('nothing of %i Hz is folded into 16 kHz', (hz) => {
  const input = tone(hz, 48_000)
  expect(gainDb(input, convert(input, 48_000, 16_000))).toBeLessThan(-65)
})

test.each([
  [24_000, 5_000],
  [16_000, 3_000],
  [22_050, 7_000],
])('raising %i Hz leaves no image of %i Hz above the old Nyquist frequency', (fromHz, hz) => {
  const output = convert(tone(hz, fromHz), fromHz, 48_000)
  const ideal = tone(hz, 48_000)
  const error = output.slice(500, 40_000).map((sample, index) => sample - (ideal[index + 500] ?? 0))
  expect(gainDb(ideal, Int16Array.from(error))).toBeLessThan(-65)
})

test.each([24_000, 16_000])('raising %i Hz passes the samples that were there', (fromHz) => {
  const input = tone(7_000, fromHz, 1_001)
  const output = convert(input, fromHz, 48_000)
  expect(output.filter((_, index) => index % (48_000 / fromHz) === 0)).toEqual(input)
})

test('a constant stays that constant at every phase', () => {
  const output = convert(new Int16Array(4_410).fill(12_345), 44_100, 48_000)
  expect(new Set(output.slice(100, -100))).toEqual(new Set([12_345]))
})

test('clips instead of wrapping round', () => {
  const square = Int16Array.from({ length: 4_800 }, (_, index) => (index % 96 < 48 ? 32_767 : -32_768))
  const output = convert(square, 48_000, 16_000)
  const jumps = output.slice(1).map((sample, index) => Math.sign(sample) - Math.sign(output[index] ?? 0))
  expect(jumps.filter((jump) => jump !== 0).length).toBeLessThan(110)
})

test('equal rates pass through', () => {
  const input = tone(440, 16_000, 100)
  expect(convert(input, 16_000, 16_000)).toEqual(input)
})

test('a pair of rates with almost no common divisor is converted well enough for speech', () => {
  const input = tone(1_000, 47_999)
  const output = convert(input, 47_999, 48_000)
  expect(Math.abs(gainDb(input, output))).toBeLessThan(0.1)
})

test('after a flush it is as new', () => {
  const resampler = createResampler(48_000, 16_000)
  const input = tone(300, 48_000, 960)
  const once = () => concat([resampler.push(input), resampler.flush()])
  expect(once()).toEqual(once())
})

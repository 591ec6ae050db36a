import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GapRestorer } from '#core/voice/ears/gap-restorer.ts'

function restore() {
  let delivered = 0
  const restorer = new GapRestorer(16_000, (samples) => {
    delivered += samples.length
  })
  return { restorer, frame: new Int16Array(320), deliveredMs: () => delivered / 16 }
}

test('jitter is not silence, a gap is', () => {
  const { restorer, frame, deliveredMs } = restore()
  for (const atMs of [20, 45, 60, 115, 120, 140]) restorer.push(frame, atMs)
  expect(deliveredMs()).toBe(120)
  restorer.push(frame, 400)
  expect(deliveredMs()).toBeCloseTo(400, -1)
})

test('a burst that was held up is no older and no newer than it is', () => {
  const { restorer, frame, deliveredMs } = restore()
  for (let index = 0; index < 10; index += 1) restorer.push(frame, 200)
  expect(deliveredMs()).toBe(200)
  expect(restorer.endMs).toBeCloseTo(200, 0)
})

test('of one block that claims to be longer than a second, the last second counts', () => {
  const { restorer, deliveredMs } = restore()
  restorer.push(new Int16Array(16_000 * 30), 5_000)
  expect(deliveredMs()).toBe(1_000)
})

test('however the frames arrive, the sound never runs ahead of the clock, nor far behind it', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 50 }), (gaps) => {
      const { restorer, frame } = restore()
      let nowMs = 1_000
      for (const gap of gaps) {
        nowMs += gap
        restorer.push(frame, nowMs)
        expect(restorer.endMs).toBeLessThanOrEqual(nowMs + 0.1)
        expect(restorer.endMs).toBeGreaterThan(nowMs - 81)
      }
    }),
  )
})

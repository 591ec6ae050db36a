import { expect, test } from 'vitest'
import { levelDbfs, silenceDbfs } from '#core/voice/pcm/level.ts'
import { tone } from './tones.ts'

test('a full-scale square wave has 0 dBFS, a sine 3 dB less, half of it 6 dB less again', () => {
  expect(levelDbfs(new Int16Array(100).fill(-32_768))).toBeCloseTo(0)
  expect(levelDbfs(tone(1_000, 16_000, 16_000, 32_767))).toBeCloseTo(-3.01, 1)
  expect(levelDbfs(tone(1_000, 16_000, 16_000, 16_384))).toBeCloseTo(-9.03, 1)
})

test('silence and nothing at all have a finite level', () => {
  expect(levelDbfs(new Int16Array(100))).toBe(silenceDbfs)
  expect(levelDbfs(new Int16Array())).toBe(silenceDbfs)
})

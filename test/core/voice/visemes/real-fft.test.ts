import { expect, test } from 'vitest'
import { RealFft } from '#core/voice/visemes/real-fft.ts'

test('the spectrum is that of the sum that defines it', () => {
  const samples = Float64Array.from(
    { length: 64 },
    (_, index) => Math.sin(index * 0.7) + Math.cos(index * index) - 0.2,
  )
  const powers = new Float64Array(32)
  new RealFft(64).power(samples, powers)
  for (const [bin, power] of powers.entries()) {
    const angle = (-2 * Math.PI * bin) / 64
    const sum = (turn: (x: number) => number) =>
      samples.reduce((total, sample, index) => total + sample * turn(angle * index), 0)
    expect(power).toBeCloseTo(sum(Math.cos) ** 2 + sum(Math.sin) ** 2, 6)
  }
})

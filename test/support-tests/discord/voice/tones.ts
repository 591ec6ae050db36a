import { powerAt } from '#test/support/sound.ts'

/** A sine at 48 kHz. */
export function tone(hz: number, ms: number, level = 8_000): Int16Array {
  return Int16Array.from({ length: (48_000 * ms) / 1_000 }, (_, n) =>
    Math.round(level * Math.sin((2 * Math.PI * hz * n) / 48_000)),
  )
}

/** Which of some frequencies is the strongest, and how much stronger than all others together. */
export function strongest(samples: Int16Array, candidates: readonly number[]): { hz: number; ratio: number } {
  const powers = candidates.map((hz) => ({ hz, power: powerAt(samples, 48_000, [hz]) }))
  const [best] = powers.toSorted((a, b) => b.power - a.power)
  if (best === undefined) throw new RangeError('no frequencies to choose from')
  const others = powers.reduce((sum, { power }) => sum + power, -best.power)
  return { hz: best.hz, ratio: best.power / Math.max(1, others) }
}

import { powerAt } from '#test/support/sound.ts'

/** A sine at 48 kHz. */
export function tone(hz: number, ms: number, level = 8_000): Int16Array {
  return Int16Array.from({ length: (48_000 * ms) / 1_000 }, (_, n) =>
    Math.round(level * Math.sin((2 * Math.PI * hz * n) / 48_000)),
  )
}

/** The one of some frequencies that has ten times the power of all others together; undefined when none has. */
export function toneIn(samples: Int16Array, candidates: readonly number[]): number | undefined {
  const powers = candidates.map((hz) => ({ hz, power: powerAt(samples, 48_000, [hz]) }))
  const sum = powers.reduce((total, { power }) => total + power, 0)
  return powers.find(({ power }) => power > 10 * (sum - power))?.hz
}

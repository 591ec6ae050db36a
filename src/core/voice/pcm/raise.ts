import type { PolyphaseFilter } from './low-pass.ts'
import { toSample } from './to-sample.ts'

/** Output samples that are made side by side: they share the loading of weights and, but for one each, of input. */
const abreast = 4

/**
 * Raises a rate by a whole number, for `places` input samples after the first `half - 1` of `held`. Each phase is one row
 * of equally weighted sums, which takes half as long as sample by sample; phase 0 is the input itself.
 */
export function raise(
  { half, phaseCount, weights }: PolyphaseFilter,
  held: Float64Array,
  places: number,
  output: Int16Array,
): void {
  for (let place = 0; place < places; place += 1) output[place * phaseCount] = held[place + half - 1] ?? 0
  for (let phase = 1; phase < phaseCount; phase += 1) {
    const row = weights.subarray(2 * half * phase, 2 * half * (phase + 1))
    for (let place = 0; place < places; place += abreast)
      fourSums(row, held, place, output, place * phaseCount + phase, phaseCount)
  }
}

/** Sums from `held[at]` on and the three places after it. What lies beyond the ends is read as 0 and not written. */
function fourSums(
  row: Float64Array,
  held: Float64Array,
  at: number,
  output: Int16Array,
  to: number,
  every: number,
): void {
  let [a, b, c, d] = [0, 0, 0, 0]
  let [x0, x1, x2] = [held[at] ?? 0, held[at + 1] ?? 0, held[at + 2] ?? 0]
  for (let tap = 0; tap < row.length; tap += 1) {
    const weight = row[tap] ?? 0
    const x3 = held[at + tap + 3] ?? 0
    a += weight * x0
    b += weight * x1
    c += weight * x2
    d += weight * x3
    x0 = x1
    x1 = x2
    x2 = x3
  }
  output[to] = toSample(a)
  output[to + every] = toSample(b)
  output[to + 2 * every] = toSample(c)
  output[to + 3 * every] = toSample(d)
}

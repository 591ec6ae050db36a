/**
 * Sum of products of `count` numbers (a multiple of four) of each array. Four sums side by side, because a single one
 * would wait for the end of each addition before the next: three times as fast.
 */
export function dotProduct(
  left: Float64Array,
  leftStart: number,
  right: Float64Array,
  rightStart: number,
  count: number,
): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let index = 0; index < count; index += 4) {
    const l = leftStart + index
    const r = rightStart + index
    a += (left[l] ?? 0) * (right[r] ?? 0)
    b += (left[l + 1] ?? 0) * (right[r + 1] ?? 0)
    c += (left[l + 2] ?? 0) * (right[r + 2] ?? 0)
    d += (left[l + 3] ?? 0) * (right[r + 3] ?? 0)
  }
  return a + b + (c + d)
}

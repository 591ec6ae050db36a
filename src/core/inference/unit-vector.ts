/** The same direction with length 1, so that a dot product is a cosine; the zero vector stays. */
export function toUnitLength(vector: Float32Array): Float32Array {
  let squares = 0
  for (const value of vector) squares += value * value
  if (squares === 0) return vector
  const scale = 1 / Math.sqrt(squares)
  return vector.map((value) => value * scale)
}

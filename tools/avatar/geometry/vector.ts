/** Metres; +X is the character's left, +Y up, +Z where it looks (VRM 1.0). */
export type Vec3 = readonly [x: number, y: number, z: number]
export type Vec2 = readonly [u: number, v: number]

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
export const scale = (a: Vec3, by: number): Vec3 => [a[0] * by, a[1] * by, a[2] * by]
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
export const length = (a: Vec3): number => Math.sqrt(dot(a, a))

export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** The direction of `a`, or `fallback` where it has none. */
export function normalize(a: Vec3, fallback: Vec3 = [0, 1, 0]): Vec3 {
  const size = length(a)
  return size < 1e-24 ? fallback : scale(a, 1 / size)
}

export const mix = (a: number, b: number, t: number): number => a + (b - a) * t
export const mix3 = (a: Vec3, b: Vec3, t: number): Vec3 => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
]

export const clamp01 = (t: number): number => Math.min(1, Math.max(0, t))

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothstep(from: number, to: number, at: number): number {
  const t = clamp01((at - from) / (to - from))
  return t * t * (3 - 2 * t)
}

/** The curve through `points`, t from 0 to 1 (Catmull-Rom, ends doubled). */
export function curveThrough(points: readonly Vec3[]): (t: number) => Vec3 {
  const at = (index: number): Vec3 => points[Math.min(points.length - 1, Math.max(0, index))] ?? [0, 0, 0]
  return (t) => {
    const place = Math.min(Math.max(t, 0), 1) * (points.length - 1)
    const index = Math.min(Math.floor(place), points.length - 2)
    const neighbours = [at(index - 1), at(index), at(index + 1), at(index + 2)] as const
    const along = (axis: 0 | 1 | 2): number =>
      catmullRom(
        neighbours[0][axis],
        neighbours[1][axis],
        neighbours[2][axis],
        neighbours[3][axis],
        place - index,
      )
    return [along(0), along(1), along(2)]
  }
}

function catmullRom(a: number, b: number, c: number, d: number, t: number): number {
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
}

/** A function of one number through `[at, value]` pairs in ascending order, without overshoot. */
export function profileThrough(pairs: readonly (readonly [number, number])[]): (at: number) => number {
  const curve = curveThrough(pairs.map(([at, value]) => [at, value, 0]))
  const last = pairs.length - 1
  return (at) => {
    const next = pairs.findIndex(([place]) => place >= at)
    if (next === 0) return pairs[0]?.[1] ?? 0
    if (next === -1) return pairs[last]?.[1] ?? 0
    const [from, to] = [pairs[next - 1]?.[0] ?? 0, pairs[next]?.[0] ?? 1]
    return curve((next - 1 + (at - from) / (to - from)) / last)[1]
  }
}

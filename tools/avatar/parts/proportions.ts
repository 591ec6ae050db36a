import type { Vec3 } from '../geometry/vector.ts'

/** One metre from the soles to the top of the hood, of which the head is somewhat less than half. */
/** The head is drawn at this size and place, and then grown about its centre and set down on the shoulders. */
export const grownOnHead = ([x, y, z]: Vec3): Vec3 => [
  x * growth,
  headCentre[1] - 0.014 + (y - headCentre[1]) * growth,
  z * growth,
]
const growth = 1.075

export const headCentre: Vec3 = [0, 0.742, 0]
export const faceCentre: Vec3 = [0, 0.727, 0]

/** How far the coat reaches from its axis at a height, as seen from the front. */
export const coatProfile = [
  [0.09, 0.15],
  [0.13, 0.163],
  [0.18, 0.168],
  [0.24, 0.161],
  [0.3, 0.144],
  [0.36, 0.121],
  [0.44, 0.09],
  [0.5, 0.068],
  [0.56, 0.055],
] as const
/** The body is a little deeper than wide would suggest: less. */
export const coatDepth = 0.92
export const hemHeight = 0.118

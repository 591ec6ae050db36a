import { mix, smoothstep } from '../geometry/vector.ts'

/** Where the eyes are, in metres from the middle of the face; the other one is mirrored. */
export const eye = { x: 0.081, y: -0.042, halfWidth: 0.0375, halfHeight: 0.0475 } as const

/** How far the skin is in front of the head's axis, at metres from the middle of the face. */
export function skinDepth(x: number, y: number): number {
  const outside = Math.hypot((Math.abs(x) - eye.x) / eye.halfWidth, (y - eye.y) / eye.halfHeight)
  return mix(plate(Math.abs(x), y), dome(x, y), smoothstep(1.05, 1.55, outside))
}

/** A ball flattened at the front, with soft cheeks; its edge is tucked under the brim. */
function dome(x: number, y: number): number {
  const ball = 0.065 + 0.16 * Math.sqrt(Math.max(0.02, 1 - (x * x + y * y) / 0.187 ** 2))
  const under = 0.018 * smoothstep(0.13, 0.165, Math.hypot(x, y))
  const cheek = (side: number): number => Math.exp(-((x - side * 0.095) ** 2 + (y + 0.075) ** 2) / 0.045 ** 2)
  return ball - under + 0.006 * (cheek(1) + cheek(-1))
}

/**
 * Morphs move points in straight lines. Around an eye the face is flat, so that a closing lid does not dive through
 * the eye on its way.
 */
function plate(x: number, y: number): number {
  return dome(eye.x, eye.y) - sunk + slopeX * (x - eye.x) + slopeY * (y - eye.y)
}

/** Half of how far the ball falls away from the plate at the eye's rim: a dent in the middle, a rise at the rim. */
const sunk = 0.003
const step = 1e-3
const slopeX = (dome(eye.x + step, eye.y) - dome(eye.x - step, eye.y)) / (2 * step)
const slopeY = (dome(eye.x, eye.y + step) - dome(eye.x, eye.y - step)) / (2 * step)

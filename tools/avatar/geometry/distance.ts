import { clamp01, length, mix, mix3, subtract, type Vec3 } from './vector.ts'

/** Metres to a surface, negative inside; near the surface is where it has to be right. */
export type Distance = (point: Vec3) => number

export function ellipsoid(centre: Vec3, radii: Vec3): Distance {
  return (point) => {
    const [x, y, z] = subtract(point, centre)
    const near = length([x / radii[0], y / radii[1], z / radii[2]])
    const slope = length([x / radii[0] ** 2, y / radii[1] ** 2, z / radii[2] ** 2])
    return slope < 1e-9 ? -Math.min(...radii) : (near * (near - 1)) / slope
  }
}

/** A ball that rolls from one place to another and changes its size on the way. */
export function roundCone(from: Vec3, fromRadius: number, to: Vec3, toRadius: number): Distance {
  const axis = subtract(to, from)
  const size = axis[0] ** 2 + axis[1] ** 2 + axis[2] ** 2
  return (point) => {
    const [x, y, z] = subtract(point, from)
    const t = clamp01((x * axis[0] + y * axis[1] + z * axis[2]) / size)
    return length(subtract(point, mix3(from, to, t))) - mix(fromRadius, toRadius, t)
  }
}

/** Both shapes, run together with a fillet of about `softness` metres. */
export function blend(softness: number, first: Distance, ...others: readonly Distance[]): Distance {
  return (point) => others.reduce((sum, other) => smoothMin(sum, other(point), softness), first(point))
}

/** What is inside both, with a rounded edge. */
export function intersect(softness: number, first: Distance, second: Distance): Distance {
  return (point) => -smoothMin(-first(point), -second(point), softness)
}

function smoothMin(a: number, b: number, softness: number): number {
  const t = clamp01(0.5 + (0.5 * (b - a)) / softness)
  return mix(b, a, t) - softness * t * (1 - t)
}

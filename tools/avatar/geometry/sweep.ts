import type { Mesh, Weights } from './mesh.ts'
import { meshOfSurface } from './surface.ts'
import { add, cross, normalize, scale, subtract, type Vec2, type Vec3 } from './vector.ts'

export interface Sweep {
  readonly around: number
  readonly along: number
  /** t from 0 to 1. */
  path(t: number): Vec3
  /** Roughly the direction away from what the sweep lies on; it is made square to the path. */
  up(t: number): Vec3
  /** Distances from the path to the side and up, in metres, at `angle` of the cross-section (0 to 2π). */
  section(angle: number, t: number): readonly [side: number, up: number]
  uv(around: number, t: number): Vec2
  weights(t: number): Weights
}

/** A cross-section carried along a path; it should close at both ends by shrinking to nothing. */
export function meshOfSweep(sweep: Sweep): Mesh {
  return meshOfSurface({
    columns: sweep.around,
    rows: sweep.along,
    isInsideOut: true,
    point: (u, v) => sweptPoint(sweep, u, v),
    uv: sweep.uv,
    weights: (_point, _u, v) => sweep.weights(v),
  })
}

function sweptPoint(sweep: Sweep, u: number, v: number): Vec3 {
  const step = 1e-3
  const forward = normalize(subtract(sweep.path(v + step), sweep.path(v - step)))
  const side = normalize(cross(sweep.up(v), forward))
  const up = cross(forward, side)
  const [alongSide, alongUp] = sweep.section(u * 2 * Math.PI, v)
  return add(sweep.path(v), add(scale(side, alongSide), scale(up, alongUp)))
}

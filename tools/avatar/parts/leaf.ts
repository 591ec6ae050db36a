import type { Mesh, Weights } from '../geometry/mesh.ts'
import { meshOfSweep } from '../geometry/sweep.ts'
import { smoothstep, type Vec3 } from '../geometry/vector.ts'
import { type BodyRegion, bodyUv } from '../paint/body-atlas.ts'

export interface Leaf {
  readonly region: Extract<BodyRegion, 'leaf' | 'leafLight'>
  readonly halfWidth: number
  /** From the stem to the tip, t from 0 to 1. */
  path(t: number): Vec3
  /** Away from what it lies on. */
  up(t: number): Vec3
  weights(t: number): Weights
}

/** Thin, bent down at the sides, with a fold along the rib. */
export function leafMesh({ region, halfWidth, path, up, weights }: Leaf): Mesh {
  const uv = bodyUv(region)
  return meshOfSweep({
    around: 12,
    along: 12,
    path,
    up,
    section: (angle, t) => {
      const half = halfWidth * outline(t)
      const across = Math.cos(angle)
      const sag = -0.3 * half * across * across - 0.003 * Math.exp(-((across / 0.22) ** 2))
      return [-half * across, sag + 0.0062 * Math.min(1, half / 0.012) * Math.sin(angle)]
    },
    uv: (u, t) => uv(0.5 + 0.5 * Math.cos(u * 2 * Math.PI), t),
    weights,
  })
}

function outline(t: number): number {
  if (t >= 1) return 0
  const stem = Math.min(1, Math.sqrt(t * 14))
  return (0.35 + 0.65 * smoothstep(-0.1, 0.45, t)) * (1 - t ** 2.4) ** 0.8 * stem
}

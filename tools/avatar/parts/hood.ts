import { joinMeshes, type Mesh } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { smoothstep, type Vec3 } from '../geometry/vector.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import { faceCentre, headCentre } from './proportions.ts'

export const hoodRadii: Vec3 = [0.242, 0.234, 0.232]
/** Where the hood opens, as an angle from straight ahead. */
const opening = 0.785
export const brimRadius = 0.0128

/** The hood is turned about the axis that the face looks along: v = 0 at the brim, 1 at the back. */
function hoodPoint(u: number, v: number): Vec3 {
  return onHood(u * 2 * Math.PI, opening + v * (Math.PI - opening))
}

/** `around` from the character's left over the top; `away` from straight ahead. */
function onHood(around: number, away: number): Vec3 {
  const sink = (headCentre[1] - faceCentre[1]) * (1 - smoothstep(opening, Math.PI * 0.62, away))
  return [
    headCentre[0] + hoodRadii[0] * Math.sin(away) * Math.cos(around),
    headCentre[1] + hoodRadii[1] * Math.sin(away) * Math.sin(around) - sink,
    headCentre[2] + hoodRadii[2] * Math.cos(away),
  ]
}

const onHead = () => [['head', 1]] as const

/** A rolled edge around the opening, which the face looks out of. */
function brim(): Mesh {
  const uv = bodyUv('brim')
  return meshOfSurface({
    columns: 52,
    rows: 10,
    point: (u, v) => {
      const [x, y, z] = onHood(u * 2 * Math.PI, opening)
      const turn = v * 2 * Math.PI
      const out = brimRadius * 1.05 * Math.cos(turn)
      const angle = u * 2 * Math.PI
      return [
        x + (out - 0.004) * Math.cos(angle),
        y + (out - 0.004) * Math.sin(angle),
        z + brimRadius * Math.sin(turn),
      ]
    },
    uv: (u, v) => uv(u, 0.5 - 0.5 * Math.sin(v * 2 * Math.PI)),
    weights: onHead,
  })
}

export function hood(): Mesh {
  const uv = bodyUv('hood')
  const shell = meshOfSurface({
    columns: 56,
    rows: 22,
    isInsideOut: true,
    point: hoodPoint,
    uv,
    weights: onHead,
  })
  return joinMeshes([shell, brim()])
}

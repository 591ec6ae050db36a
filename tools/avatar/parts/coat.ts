import { blend, type Distance, intersect, roundCone } from '../geometry/distance.ts'
import { joinMeshes, type Mesh, type Weights } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { meshOfBlob } from '../geometry/surface-nets.ts'
import { mix, profileThrough, smoothstep, type Vec2, type Vec3 } from '../geometry/vector.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import { armHeight } from '../rig/bones.ts'
import { coatDepth, coatProfile, hemHeight } from './proportions.ts'

const reach = profileThrough(coatProfile)
const wrist = 0.224

const torso: Distance = ([x, y, z]) => (Math.hypot(x, z / coatDepth) - reach(y)) * 0.94
const trunk = intersect(0.02, torso, ([, y]) => hemHeight - 0.016 - y)

const sleeve = (side: 1 | -1): Distance =>
  roundCone([side * 0.06, armHeight + 0.004, 0], 0.044, [side * wrist, armHeight - 0.004, 0], 0.05)

/** Trunk and sleeves in one skin, without a seam between them. */
export function coat(): Mesh {
  const body = meshOfBlob({
    distance: intersect(0.012, blend(0.05, trunk, sleeve(1), sleeve(-1)), cutAtWrists),
    from: [-0.27, 0.085, -0.19],
    to: [0.27, 0.56, 0.19],
    cellMetres: 0.017,
    uv: coatUv,
    weights: coatWeights,
  })
  return joinMeshes([body, hem(), cuff(1), cuff(-1)])
}

/** The left half of the picture belongs to the trunk, the right half to the sleeves. */
function coatUv([x, y]: Vec3): Vec2 {
  const sleeve = smoothstep(0.085, 0.2, Math.abs(x)) * smoothstep(0.36, 0.4, y)
  return bodyUv('coat')(mix(0.5, 0.98, sleeve), (0.53 - y) / 0.43)
}

const cutAtWrists: Distance = ([x]) => Math.abs(x) - wrist - 0.012

/** From the hips up the spine, and out into the arms. */
function coatWeights([x, y]: Vec3): Weights {
  const isArm = smoothstep(0.045, 0.135, Math.abs(x) + 0.8 * Math.min(0, y - armHeight))
  const lower = smoothstep(0.135, 0.175, Math.abs(x))
  const [upperArm, lowerArm] =
    x > 0 ? (['leftUpperArm', 'leftLowerArm'] as const) : (['rightUpperArm', 'rightLowerArm'] as const)
  const chest = smoothstep(0.29, 0.42, y)
  const hips = 1 - smoothstep(0.17, 0.3, y)
  return [
    ['hips', hips * (1 - isArm)],
    ['spine', (1 - hips) * (1 - chest) * (1 - isArm)],
    ['chest', (1 - hips) * chest * (1 - isArm)],
    [upperArm, isArm * (1 - lower)],
    [lowerArm, isArm * lower],
  ]
}

function hem(): Mesh {
  const uv = bodyUv('trim')
  return meshOfSurface({
    columns: 52,
    rows: 12,
    point: (u, v) => {
      const [angle, turn] = [u * 2 * Math.PI, v * 2 * Math.PI]
      const radius = reach(hemHeight) - 0.002 + 0.0145 * Math.cos(turn)
      return [
        -radius * Math.cos(angle),
        hemHeight + 0.021 * Math.sin(turn),
        radius * coatDepth * Math.sin(angle),
      ]
    },
    uv: (u, v) => uv(u, 0.5 - 0.5 * Math.sin(v * 2 * Math.PI)),
    weights: () => [['hips', 1]],
  })
}

/** Rolled like the hem, around the wrist. */
function cuff(side: 1 | -1): Mesh {
  const uv = bodyUv('cuff')
  const bone = side === 1 ? 'leftLowerArm' : 'rightLowerArm'
  return meshOfSurface({
    columns: 24,
    rows: 12,
    isInsideOut: side === -1,
    point: (u, v) => {
      const [angle, turn] = [u * 2 * Math.PI, v * 2 * Math.PI]
      const radius = 0.0465 + 0.011 * Math.cos(turn)
      return [
        side * (wrist + 0.006 + 0.0135 * Math.sin(turn)),
        armHeight - 0.004 + radius * Math.cos(angle),
        radius * Math.sin(angle),
      ]
    },
    uv: (u, v) => uv(u, 0.5 - 0.5 * Math.cos(v * 2 * Math.PI)),
    weights: () => [[bone, 1]],
  })
}

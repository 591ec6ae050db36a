import { joinMeshes, type Mesh, type Weights } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { meshOfSweep } from '../geometry/sweep.ts'
import { curveThrough, smoothstep, type Vec3 } from '../geometry/vector.ts'
import { type BodyRegion, bodyUv } from '../paint/body-atlas.ts'
import type { BoneName } from '../rig/bones.ts'

interface Leaf {
  readonly region: Extract<BodyRegion, 'leaf' | 'leafLight'>
  /** Where it points, 0 ahead, positive to the character's left. */
  readonly heading: number
  readonly halfWidth: number
  /** Distance from the axis, height: from the neck to the tip. */
  readonly course: readonly (readonly [away: number, height: number])[]
}

const shoulder = [
  [0.04, 0.522],
  [0.085, 0.521],
  [0.128, 0.505],
  [0.162, 0.472],
] as const
const back = [
  [0.04, 0.52],
  [0.085, 0.508],
  [0.115, 0.47],
  [0.132, 0.42],
] as const
const front = [
  [0.045, 0.513],
  [0.09, 0.494],
  [0.112, 0.452],
  [0.122, 0.4],
] as const

const leaves: readonly Leaf[] = [
  { region: 'leaf', heading: 1.32, halfWidth: 0.05, course: shoulder },
  { region: 'leaf', heading: -1.32, halfWidth: 0.05, course: shoulder },
  { region: 'leaf', heading: 2.25, halfWidth: 0.046, course: back },
  { region: 'leaf', heading: -2.25, halfWidth: 0.046, course: back },
  { region: 'leafLight', heading: Math.PI, halfWidth: 0.046, course: back },
  { region: 'leafLight', heading: 0.36, halfWidth: 0.036, course: front },
  { region: 'leafLight', heading: -0.36, halfWidth: 0.036, course: front },
]

function leafMesh({ region, heading, halfWidth, course }: Leaf, order: number): Mesh {
  const uv = bodyUv(region)
  const lift = order * 0.0012
  const path = curveThrough(
    course.map(
      ([away, height]): Vec3 => [
        (away + lift) * Math.sin(heading),
        height + lift,
        (away + lift) * Math.cos(heading),
      ],
    ),
  )
  const outward: Vec3 = [Math.sin(heading), 1.1, Math.cos(heading)]
  return meshOfSweep({
    around: 12,
    along: 12,
    path,
    up: () => outward,
    section: (angle, t) => {
      const half = halfWidth * leafOutline(t)
      const across = Math.cos(angle)
      // Thin, bent down at the sides, with a fold along the rib.
      const sag = -0.3 * half * across * across - 0.003 * Math.exp(-((across / 0.22) ** 2))
      return [-half * across, sag + 0.0062 * Math.min(1, half / 0.012) * Math.sin(angle)]
    },
    uv: (u, t) => uv(0.5 + 0.5 * Math.cos(u * 2 * Math.PI), t),
    weights: (t) => leafWeights(heading, t),
  })
}

const leafOutline = (t: number): number =>
  t >= 1
    ? 0
    : (0.35 + 0.65 * smoothstep(-0.1, 0.45, t)) * (1 - t ** 2.4) ** 0.8 * Math.min(1, Math.sqrt(t * 14))

/** The ones on the shoulders follow the arms a little. */
function leafWeights(heading: number, t: number): Weights {
  const isSide = Math.exp(-(((Math.abs(heading) - 1.4) / 0.5) ** 2))
  const follow = 0.45 * isSide * smoothstep(0.25, 0.9, t)
  return [
    ['chest', 1 - follow],
    [heading > 0 ? 'leftUpperArm' : 'rightUpperArm', follow],
  ]
}

/** A round stud: the clasp of the collar, the buttons of the coat. */
function stud(height: number, forward: number, radius: number, bone: BoneName): Mesh {
  const uv = bodyUv('gem')
  return meshOfSurface({
    columns: 16,
    rows: 5,
    point: (u, v) => {
      const [angle, rise] = [u * 2 * Math.PI, v * Math.PI * 0.5]
      const out = radius * Math.cos(rise)
      return [out * Math.cos(angle), height + out * Math.sin(angle), forward + radius * 0.66 * Math.sin(rise)]
    },
    uv: (u, v) => uv(0.5, 0.5 - 0.5 * Math.cos((v * Math.PI) / 2) * Math.sin(u * 2 * Math.PI)),
    weights: () => [[bone, 1]],
  })
}

export const collar = (): Mesh =>
  joinMeshes([
    ...leaves.map(leafMesh),
    stud(0.466, 0.109, 0.0165, 'chest'),
    stud(0.335, 0.117, 0.0115, 'spine'),
    stud(0.262, 0.141, 0.0115, 'spine'),
  ])

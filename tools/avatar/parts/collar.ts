import { joinMeshes, type Mesh, type Weights } from '../geometry/mesh.ts'
import { curveThrough, smoothstep, type Vec3 } from '../geometry/vector.ts'
import { type Leaf, leafMesh } from './leaf.ts'
import { stud } from './stud.ts'

interface CollarLeaf extends Pick<Leaf, 'region' | 'halfWidth'> {
  /** Where it points, 0 ahead, positive to the character's left. */
  readonly heading: number
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

const leaves: readonly CollarLeaf[] = [
  { region: 'leaf', heading: 1.32, halfWidth: 0.05, course: shoulder },
  { region: 'leaf', heading: -1.32, halfWidth: 0.05, course: shoulder },
  { region: 'leaf', heading: 2.25, halfWidth: 0.046, course: back },
  { region: 'leaf', heading: -2.25, halfWidth: 0.046, course: back },
  { region: 'leafLight', heading: Math.PI, halfWidth: 0.046, course: back },
  { region: 'leafLight', heading: 0.36, halfWidth: 0.036, course: front },
  { region: 'leafLight', heading: -0.36, halfWidth: 0.036, course: front },
]

/** Each lies a little higher than the one before, so that they never share a surface. */
function collarLeaf({ heading, course, ...leaf }: CollarLeaf, order: number): Mesh {
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
  const up: Vec3 = [Math.sin(heading), 1.1, Math.cos(heading)]
  return leafMesh({ ...leaf, path, up: () => up, weights: (t) => weightsOf(heading, t) })
}

/** The ones on the shoulders follow the arms a little. */
function weightsOf(heading: number, t: number): Weights {
  const isSide = Math.exp(-(((Math.abs(heading) - 1.4) / 0.5) ** 2))
  const follow = 0.45 * isSide * smoothstep(0.25, 0.9, t)
  return [
    ['chest', 1 - follow],
    [heading > 0 ? 'leftUpperArm' : 'rightUpperArm', follow],
  ]
}

/** The leaves, their clasp, and the buttons of the coat below it. */
export const collar = (): Mesh =>
  joinMeshes([
    ...leaves.map(collarLeaf),
    stud({ height: 0.466, forward: 0.109, radius: 0.0165, bone: 'chest' }),
    stud({ height: 0.335, forward: 0.117, radius: 0.0115, bone: 'spine' }),
    stud({ height: 0.262, forward: 0.141, radius: 0.0115, bone: 'spine' }),
  ])

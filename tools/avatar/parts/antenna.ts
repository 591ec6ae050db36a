import { joinMeshes, type Mesh, type Weights } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { meshOfSweep } from '../geometry/sweep.ts'
import { curveThrough, profileThrough, smoothstep, type Vec3 } from '../geometry/vector.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import { type BoneName, bones } from '../rig/bones.ts'

const chain = ['antenna1', 'antenna2', 'antenna3', 'antenna4', 'antenna5', 'lantern'] as const
const path = curveThrough(chain.map((name) => bones[name].at))

/** Flares out where it grows from the hood, and thins towards the lantern. */
const thickness = profileThrough([
  [0, 0.042],
  [0.05, 0.024],
  [0.13, 0.0155],
  [0.6, 0.0125],
  [1, 0.0095],
])

function stalk(): Mesh {
  const uv = bodyUv('stalk')
  return meshOfSweep({
    around: 10,
    along: 36,
    path: (t) => path(t),
    up: () => [0, 0.1, 1],
    section: (angle, t) => [-thickness(t) * Math.cos(angle), thickness(t) * Math.sin(angle)],
    uv: (u, t) => uv(u, t),
    weights: stalkWeights,
  })
}

function stalkWeights(t: number): Weights {
  const place = t * (chain.length - 1)
  const index = Math.min(Math.floor(place), chain.length - 2)
  const [here, next] = [chain[index] ?? 'antenna1', chain[index + 1] ?? 'lantern']
  const before: BoneName = index === 0 ? 'head' : (chain[index - 1] ?? 'head')
  const within = place - index
  // A bone bends the tube half before its joint and half after it.
  const share = smoothstep(-0.5, 0.5, within - (within < 0.5 ? 0 : 1))
  return within < 0.5
    ? [
        [before, 1 - share],
        [here, share],
      ]
    : [
        [here, 1 - share],
        [next, share],
      ]
}

/** A trim where the stalk grows from the hood. */
function ring(): Mesh {
  const uv = bodyUv('cuff')
  return meshOfSurface({
    columns: 24,
    rows: 12,
    point: (u, v) => {
      const [angle, turn] = [u * 2 * Math.PI, v * 2 * Math.PI]
      const radius = 0.0235 + 0.0085 * Math.cos(turn)
      return [
        0.0255 - radius * Math.cos(angle),
        0.983 + 0.0085 * Math.sin(turn),
        0.002 + radius * Math.sin(angle),
      ]
    },
    uv: (u, v) => uv(u, 0.5 - 0.5 * Math.cos(v * 2 * Math.PI)),
    weights: () => [['head', 1]],
  })
}

const hanging: Vec3 = bones.lantern.at
const below = (y: number): number => hanging[1] - y

interface Turned {
  readonly columns: number
  readonly rows: number
  readonly profile: readonly (readonly [radius: number, height: number])[]
  uv(u: number, v: number): readonly [number, number]
  normal?(point: Vec3): Vec3
}

/** Turned on a lathe about the lantern's axis; the profile runs from below to above. */
function turned({ columns, rows, profile, uv, normal }: Turned): Mesh {
  const curve = curveThrough(profile.map(([radius, height]) => [radius, height, 0]))
  return meshOfSurface({
    columns,
    rows,
    point: (u, v) => {
      const [radius, height] = curve(v)
      const angle = u * 2 * Math.PI
      return [hanging[0] - radius * Math.cos(angle), height, hanging[2] + radius * Math.sin(angle)]
    },
    uv,
    weights: () => [['lantern', 1]],
    ...(normal ? { normal } : {}),
  })
}

const metal = bodyUv('metal')

function cap(): Mesh {
  return turned({
    columns: 24,
    rows: 12,
    profile: [
      [0, below(0.022)],
      [0.04, below(0.024)],
      [0.045, below(0.019)],
      [0.043, below(0.013)],
      [0.033, below(0.0)],
      [0.018, below(-0.012)],
      [0.013, below(-0.019)],
      [0.014, below(-0.026)],
      [0, below(-0.033)],
    ],
    uv: (_u, v) => metal(0.5, 1 - v),
  })
}

function foot(): Mesh {
  return turned({
    columns: 24,
    rows: 8,
    profile: [
      [0, below(0.134)],
      [0.024, below(0.134)],
      [0.03, below(0.13)],
      [0.036, below(0.12)],
      [0.038, below(0.113)],
      [0.034, below(0.109)],
      [0, below(0.108)],
    ],
    uv: (_u, v) => metal(0.5, 1 - v),
  })
}

/** Its normals are those of a ball, so that the flame in it stands upright and whole. */
export function glass(): Mesh {
  const middle = below(0.068)
  return turned({
    columns: 28,
    rows: 12,
    profile: [
      [0.028, below(0.115)],
      [0.045, below(0.106)],
      [0.056, below(0.086)],
      [0.057, below(0.062)],
      [0.051, below(0.042)],
      [0.042, below(0.028)],
      [0.03, below(0.02)],
    ],
    uv: (u, v) => [u, v],
    normal: ([x, y, z]) => {
      const [a, b, c] = [(x - hanging[0]) / 0.057, ((y - middle) / 0.05) * 0.8, (z - hanging[2]) / 0.057]
      const size = Math.hypot(a, b, c)
      return [a / size, b / size, c / size]
    },
  })
}

/** A square behind the lantern that carries the glow. */
export function halo(): Mesh {
  const half = 0.17
  return meshOfSurface({
    columns: 1,
    rows: 1,
    point: (u, v) => [hanging[0] + half * (2 * u - 1), below(0.068) + half * (2 * v - 1), hanging[2] - 0.062],
    normal: () => [0, 0, 1],
    uv: (u, v) => [u, 1 - v],
    weights: () => [['lantern', 1]],
  })
}

export const antenna = (): Mesh => joinMeshes([stalk(), ring(), cap(), foot()])

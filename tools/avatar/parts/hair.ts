import { joinMeshes, type Mesh, type Weights } from '../geometry/mesh.ts'
import { meshOfSweep } from '../geometry/sweep.ts'
import { curveThrough, normalize, smoothstep, subtract } from '../geometry/vector.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import { bones, type TuftName } from '../rig/bones.ts'
import { faceCentre } from './proportions.ts'

const widths: Readonly<Record<TuftName, number>> = { tuftA: 0.029, tuftB: 0.034, tuftC: 0.034, tuftD: 0.028 }

/** A thick lock that tapers to a point, over the forehead. */
function tuft(name: TuftName): Mesh {
  const uv = bodyUv('hair')
  const [root, middle, tip] = [`${name}1`, `${name}2`, `${name}3`] as const
  const width = widths[name]
  const path = curveThrough([bones[root].at, bones[middle].at, bones[tip].at])
  return meshOfSweep({
    around: 12,
    along: 12,
    path,
    up: (t) => normalize(subtract(path(t), [0, faceCentre[1], 0.02])),
    section: (angle, t) => {
      const taper = Math.sqrt(smoothstep(-0.25, 0.25, t)) * (1 - t ** 2.6) ** 0.75
      return [-width * taper * Math.cos(angle), width * 0.42 * taper * Math.sin(angle)]
    },
    uv: (u, t) => uv(u, t),
    weights: (t) => tuftWeights(root, middle, t),
  })
}

function tuftWeights(root: `${TuftName}1`, middle: `${TuftName}2`, t: number): Weights {
  const swing = smoothstep(0.05, 0.35, t)
  const bend = smoothstep(0.4, 0.7, t)
  return [
    ['head', 1 - swing],
    [root, swing * (1 - bend)],
    [middle, swing * bend],
  ]
}

export const hair = (): Mesh => joinMeshes((['tuftA', 'tuftB', 'tuftC', 'tuftD'] as const).map(tuft))

import { joinMeshes, type Mesh } from '../geometry/mesh.ts'
import { mix, smoothstep } from '../geometry/vector.ts'
import { faceUv } from '../paint/face-atlas.ts'
import type { EyeShape, FaceShape } from './face-shape.ts'
import { meshOfFeature, type OnFace } from './feature.ts'
import { skinUv } from './skin.ts'
import { eye } from './skin-depth.ts'

const lifts = { iris: 0.0015, gaze: 0.0022, lowerLid: 0.003, upperLid: 0.0037, lash: 0.0047 } as const

/** 1 for the character's left, which is at +x. */
type Side = 1 | -1

const eyeOf = (shape: FaceShape, side: Side): EyeShape => (side === 1 ? shape.left : shape.right)

function inEye(side: Side, size: number, across: number, up: number, lift: number): OnFace {
  return [side * eye.x + across * eye.halfWidth * size, eye.y + up * eye.halfHeight * size, lift]
}

/** An oval that fills the eye; `v` from its middle to its edge. */
function oval(side: Side, lift: number, toUv: (u: number, v: number) => readonly [number, number]): Mesh {
  const at = (u: number, v: number): readonly [number, number] => {
    const angle = u * 2 * Math.PI
    return [(1 - v) * Math.cos(angle), (1 - v) * Math.sin(angle)]
  }
  return meshOfFeature({
    columns: 36,
    rows: 4,
    place: (shape, u, v) => inEye(side, eyeOf(shape, side).size, ...at(u, v), lift),
    uv: (u, v) => {
      const [across, up] = at(u, v)
      return toUv(0.5 + across / 2, 0.5 - up / 2)
    },
  })
}

export const irises = (): Mesh =>
  joinMeshes(([1, -1] as const).map((side) => oval(side, lifts.iris, (u, v) => faceUv('iris', u, v))))

/** Pupils and highlights have a texture of their own, which slides. */
export const gazes = (): Mesh =>
  joinMeshes(([1, -1] as const).map((side) => oval(side, lifts.gaze, (u, v) => [u, v])))

/** Lids are a little wider than the eye, or its corners would peep out. */
const cover = 1.1

/** Denser at the corners, where the edge is steep. */
const along = (u: number): number => Math.sin((u - 0.5) * Math.PI)

function lid(side: Side, edge: 'upper' | 'lower'): Mesh {
  const sign = edge === 'upper' ? 1 : -1
  return meshOfFeature({
    columns: 20,
    rows: 5,
    place: (shape, u, v) => {
      const across = along(u)
      const { [edge]: edgeAt, size } = eyeOf(shape, side)
      const rim = sign * cover * Math.sqrt(Math.max(0, 1 - across * across))
      const down = edgeAt(across * side) * (sign * edgeAt(across * side) > 0 ? cover : 1)
      const [from, to] = edge === 'upper' ? [down, rim] : [rim, down]
      return inEye(
        side,
        size,
        across * cover,
        mix(from, to, v),
        edge === 'upper' ? lifts.upperLid : lifts.lowerLid,
      )
    },
    uv: (_u, _v, place) => skinUv(place),
  })
}

/** The dark edge of the upper lid, drawn outwards from it: thickest in the outer half, with a small wing. */
function lash(side: Side): Mesh {
  return meshOfFeature({
    columns: 28,
    rows: 2,
    place: (shape, u, v) => {
      const across = along(u) * lashReach
      const outer = across * side
      const { upper, size } = eyeOf(shape, side)
      const [outX, outY] = outwards(upper, outer)
      const thick = 0.0062 * Math.max(0, 1 - (across / lashReach) ** 6) ** 0.6 * (1 + 0.35 * outer)
      const wing = 0.006 * smoothstep(0.75, 1, outer)
      const away = mix(-0.0032, thick, v)
      const [x, y, lift] = inEye(side, size, across * 1.015, upper(outer), lifts.lash)
      return [x + side * outX * away + side * wing * v, y + outY * away + wing * 0.4 * v, lift]
    },
    uv: () => faceUv('lash'),
  })
}

/** Ends short of the corners, where it would be a line down the side of the eye. */
const lashReach = 0.97

/** Square to the edge, up. */
function outwards(edge: (outer: number) => number, outer: number): readonly [number, number] {
  const step = 0.02
  const rise = (edge(outer + step) - edge(outer - step)) * eye.halfHeight
  const run = 2 * step * eye.halfWidth
  const size = Math.hypot(rise, run)
  return [-rise / size, run / size]
}

export const lids = (): Mesh =>
  joinMeshes(([1, -1] as const).flatMap((side) => [lid(side, 'lower'), lid(side, 'upper'), lash(side)]))

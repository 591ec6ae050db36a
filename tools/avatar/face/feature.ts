import type { Mesh, Morphs } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { length, normalize, subtract, type Vec2, type Vec3 } from '../geometry/vector.ts'
import { faceCentre } from '../parts/proportions.ts'
import { type FaceShape, faceShapes, neutral } from './face-shape.ts'
import { skinDepth } from './skin-depth.ts'

/** Metres from the middle of the face to the character's left and up, and how far in front of the skin. */
export type OnFace = readonly [x: number, y: number, lift: number]

export interface Feature {
  readonly columns: number
  readonly rows: number
  place(shape: FaceShape, u: number, v: number): OnFace
  uv(u: number, v: number, place: OnFace): Vec2
}

export function onSkin([x, y, lift]: OnFace): Vec3 {
  const point: Vec3 = [faceCentre[0] + x, faceCentre[1] + y, faceCentre[2] + skinDepth(x, y)]
  const normal = faceNormal(point)
  return [point[0] + normal[0] * lift, point[1] + normal[1] * lift, point[2] + normal[2] * lift]
}

/** Of a ball rather than of the face: shadows on a drawn face should not show its bumps. */
export const faceNormal = (point: Vec3): Vec3 =>
  normalize(subtract(point, [faceCentre[0], faceCentre[1] - 0.01, faceCentre[2] - 0.07]))

/** A part of the face with its morphs. */
export function meshOfFeature({ columns, rows, place, uv }: Feature): Mesh {
  return meshOfSurface({
    columns,
    rows,
    point: (u, v) => onSkin(place(neutral, u, v)),
    normal: faceNormal,
    uv: (u, v) => uv(u, v, place(neutral, u, v)),
    weights: () => [['head', 1]],
    morphs: (u, v) => morphsOf((shape) => onSkin(place(shape, u, v))),
  })
}

function morphsOf(pointIn: (shape: FaceShape) => Vec3): Morphs {
  const rest = pointIn(neutral)
  const moves = Object.entries(faceShapes)
    .map(([name, shape]): [string, Vec3] => [name, subtract(pointIn(shape), rest)])
    .filter(([, move]) => length(move) > 2e-5)
  return Object.fromEntries(moves)
}

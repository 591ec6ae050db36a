import type { Mesh } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { faceUv } from '../paint/face-atlas.ts'
import { faceNormal, type OnFace, onSkin } from './feature.ts'

export const faceRadius = 0.176

/** Lids use it too, so that they cannot be told from the skin. */
export const skinUv = ([x, y]: OnFace): readonly [number, number] =>
  faceUv('skin', 0.5 + x / (2 * faceRadius), 0.5 - y / (2 * faceRadius))

/** The face, from its middle to behind the brim. */
export function skin(): Mesh {
  const place = (u: number, v: number): OnFace => {
    const [angle, radius] = [u * 2 * Math.PI, (1 - v) * faceRadius]
    return [-radius * Math.cos(angle), -radius * Math.sin(angle), 0]
  }
  return meshOfSurface({
    columns: 56,
    rows: 20,
    isInsideOut: true,
    point: (u, v) => onSkin(place(1 - u, v)),
    normal: faceNormal,
    uv: (u, v) => skinUv(place(1 - u, v)),
    weights: () => [['head', 1]],
    morphs: () => ({}),
  })
}

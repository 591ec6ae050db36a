import { joinMeshes, type Mesh } from '../geometry/mesh.ts'
import { faceUv } from '../paint/face-atlas.ts'
import { meshOfFeature } from './feature.ts'

const brow = { x: 0.08, y: 0.031, halfLength: 0.026, halfThickness: 0.0038, lift: 0.003 } as const

function browOf(side: 1 | -1): Mesh {
  return meshOfFeature({
    columns: 14,
    rows: 2,
    place: ({ brows: { raise, tilt, inward, arch } }, u, v) => {
      const outer = (2 * u - 1) * side
      const along = outer * brow.halfLength
      const thick = brow.halfThickness * (1 - Math.abs(outer) ** 3.2) ** 0.5 * (1 - 0.22 * outer)
      const up = arch * (1 - outer * outer) - arch / 2 + thick * (2 * v - 1)
      const x = along * Math.cos(tilt) + up * Math.sin(tilt)
      const y = up * Math.cos(tilt) - along * Math.sin(tilt)
      return [side * (brow.x - inward + x), brow.y + raise + y, brow.lift]
    },
    uv: () => faceUv('brow'),
  })
}

const cheek = { x: 0.109, y: -0.0945, halfWidth: 0.03, halfHeight: 0.019, lift: 0.0042 } as const

function cheekOf(side: 1 | -1): Mesh {
  return meshOfFeature({
    columns: 8,
    rows: 6,
    place: ({ cheeks }, u, v) => [
      side * cheek.x + (2 * u - 1) * cheek.halfWidth,
      cheek.y + cheeks + (2 * v - 1) * cheek.halfHeight,
      cheek.lift,
    ],
    uv: (u, v) => [u, 1 - v],
  })
}

export const brows = (): Mesh => joinMeshes([browOf(1), browOf(-1)])
export const cheeks = (): Mesh => joinMeshes([cheekOf(1), cheekOf(-1)])

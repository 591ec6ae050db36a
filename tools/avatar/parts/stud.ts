import type { Mesh } from '../geometry/mesh.ts'
import { meshOfSurface } from '../geometry/surface.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import type { BoneName } from '../rig/bones.ts'

export interface Stud {
  readonly height: number
  /** How far in front of the body's axis; negative behind it, and then it faces back. */
  readonly forward: number
  readonly radius: number
  readonly bone: BoneName
}

/** A round clasp or button, half a ball. */
export function stud({ height, forward, radius, bone }: Stud): Mesh {
  const uv = bodyUv('gem')
  const facing = Math.sign(forward)
  return meshOfSurface({
    columns: 16,
    rows: 5,
    point: (u, v) => {
      const [angle, rise] = [u * 2 * Math.PI, v * Math.PI * 0.5]
      const out = radius * Math.cos(rise)
      return [
        facing * out * Math.cos(angle),
        height + out * Math.sin(angle),
        forward + facing * radius * 0.66 * Math.sin(rise),
      ]
    },
    uv: (u, v) => uv(0.5, 0.5 - 0.5 * Math.cos((v * Math.PI) / 2) * Math.sin(u * 2 * Math.PI)),
    weights: () => [[bone, 1]],
  })
}

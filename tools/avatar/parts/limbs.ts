import { blend, ellipsoid, intersect, roundCone } from '../geometry/distance.ts'
import { joinMeshes, type Mesh, mirrorMesh } from '../geometry/mesh.ts'
import { meshOfBlob } from '../geometry/surface-nets.ts'
import { smoothstep } from '../geometry/vector.ts'
import { bodyUv } from '../paint/body-atlas.ts'
import { armHeight, otherSide } from '../rig/bones.ts'

/** Palm down in the T-pose, thumb ahead. */
function leftMitten(): Mesh {
  const uv = bodyUv('mitten')
  const palm = ellipsoid([0.268, armHeight - 0.004, 0], [0.046, 0.036, 0.042])
  const thumb = roundCone([0.252, armHeight - 0.003, 0.02], 0.016, [0.275, armHeight - 0.005, 0.041], 0.0125)
  return meshOfBlob({
    distance: blend(0.024, palm, thumb),
    from: [0.21, armHeight - 0.05, -0.055],
    to: [0.325, armHeight + 0.05, 0.075],
    cellMetres: 0.0105,
    uv: ([x]) => uv(0.5, (x - 0.225) / 0.09),
    weights: () => [['leftHand', 1]],
  })
}

function leftBoot(): Mesh {
  const uv = bodyUv('boot')
  const shaft = roundCone([0.068, 0.17, 0], 0.05, [0.068, 0.055, 0], 0.047)
  const foot = ellipsoid([0.07, 0.034, 0.022], [0.057, 0.044, 0.08])
  return meshOfBlob({
    distance: intersect(0.012, blend(0.03, shaft, foot), ([, y]) => -y),
    from: [0.0, -0.012, -0.085],
    to: [0.145, 0.165, 0.13],
    cellMetres: 0.0125,
    uv: ([, y]) => uv(0.5, 1 - y / 0.085),
    weights: ([, y]) => {
      const foot = 1 - smoothstep(0.045, 0.085, y)
      return [
        ['leftFoot', foot],
        ['leftLowerLeg', 1 - foot],
      ]
    },
  })
}

export function mittensAndBoots(): Mesh {
  const left = joinMeshes([leftMitten(), leftBoot()])
  return joinMeshes([left, mirrorMesh(left, otherSide)])
}

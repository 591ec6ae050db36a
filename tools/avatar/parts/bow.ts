import { joinMeshes, type Mesh } from '../geometry/mesh.ts'
import { curveThrough, normalize, subtract, type Vec3 } from '../geometry/vector.ts'
import { hoodRadii } from './hood.ts'
import { leafMesh } from './leaf.ts'
import { headCentre } from './proportions.ts'
import { stud } from './stud.ts'

const knot = 0.02

/** On the back of the hood, metres to the character's left and up from its middle. */
function behindHood(x: number, y: number, lift: number): Vec3 {
  const depth = Math.sqrt(1 - (x / hoodRadii[0]) ** 2 - (y / hoodRadii[1]) ** 2)
  const point: Vec3 = [x, headCentre[1] + y, headCentre[2] - hoodRadii[2] * depth]
  const [outX, outY, outZ] = normalize(subtract(point, headCentre))
  return [point[0] + outX * lift, point[1] + outY * lift, point[2] + outZ * lift]
}

function bowLeaf(side: 1 | -1): Mesh {
  const path = curveThrough([
    behindHood(side * 0.004, knot, 0.004),
    behindHood(side * 0.04, knot + 0.018, 0.012),
    behindHood(side * 0.078, knot - 0.002, 0.012),
    behindHood(side * 0.108, knot - 0.045, 0.007),
  ])
  return leafMesh({
    region: side === 1 ? 'leaf' : 'leafLight',
    halfWidth: 0.033,
    path,
    up: (t) => subtract(path(t), headCentre),
    weights: () => [['head', 1]],
  })
}

/** Two leaves held by a stud, so that the back of the hood is worth a look too. */
export const bow = (): Mesh =>
  joinMeshes([
    bowLeaf(1),
    bowLeaf(-1),
    stud({
      height: headCentre[1] + knot,
      forward: behindHood(0, knot, 0.002)[2],
      radius: 0.017,
      bone: 'head',
    }),
  ])

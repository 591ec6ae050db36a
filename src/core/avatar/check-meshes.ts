import { largestIndex } from './check-data.ts'
import { brokenFile, tooLarge } from './errors.ts'
import type { Accessor, Gltf, Primitive } from './gltf-schema.ts'
import { avatarLimits } from './limits.ts'
import { grouped } from './plain-words.ts'

export interface MeshCounts {
  readonly triangles: number
  readonly vertices: number
  /** How many morph targets each mesh has. */
  readonly morphsOfMesh: readonly number[]
}

const triangleList = 4

/** Counts what has to be drawn, and checks that each triangle has its corners. */
export function checkMeshes(gltf: Gltf, binary: Uint8Array): MeshCounts {
  const primitives = (gltf.meshes ?? []).flatMap((mesh) => mesh.primitives)
  if (primitives.length > avatarLimits.primitives) throw tooLarge(`it is made of ${primitives.length} pieces`)
  const targets = primitives.reduce((sum, { targets = [] }) => sum + targets.length, 0)
  if (targets > avatarLimits.morphTargets) throw tooLarge(`its face has ${grouped(targets)} movements`)
  const positions = new Set<number>()
  let triangles = 0
  for (const primitive of primitives) {
    triangles += countTriangles(primitive, gltf, binary)
    if (triangles > avatarLimits.triangles)
      throw tooLarge(`it has more than ${grouped(avatarLimits.triangles)} triangles`)
    if (primitive.attributes.POSITION !== undefined) positions.add(primitive.attributes.POSITION)
  }
  const vertices = [...positions].reduce((sum, index) => sum + (gltf.accessors?.[index]?.count ?? 0), 0)
  if (vertices > avatarLimits.vertices)
    throw tooLarge(`it has ${grouped(vertices)} points, and ${grouped(avatarLimits.vertices)} is the most`)
  const morphsOfMesh = (gltf.meshes ?? []).map((mesh) => mesh.primitives[0]?.targets?.length ?? 0)
  return { triangles, vertices, morphsOfMesh }
}

function countTriangles(primitive: Primitive, gltf: Gltf, binary: Uint8Array): number {
  const points = accessorOf(primitive.attributes.POSITION, gltf)
  for (const index of Object.values(primitive.attributes))
    if (accessorOf(index, gltf).count !== points.count) throw brokenFile('its points do not fit each other')
  for (const index of (primitive.targets ?? []).flatMap((target) => Object.values(target)))
    if (accessorOf(index, gltf).count !== points.count)
      throw brokenFile('its face does not fit its movements')
  if (primitive.material !== undefined && primitive.material >= (gltf.materials ?? []).length)
    throw brokenFile('it refers to a material that is missing')
  const corners =
    primitive.indices === undefined ? points.count : countCorners(primitive.indices, points, gltf, binary)
  return (primitive.mode ?? triangleList) === triangleList ? Math.floor(corners / 3) : corners
}

function countCorners(index: number, points: Accessor, gltf: Gltf, binary: Uint8Array): number {
  const corners = accessorOf(index, gltf)
  if (corners.type !== 'SCALAR') throw brokenFile('its triangles are not numbered')
  if (corners.count > avatarLimits.triangles * 3)
    throw tooLarge(`it has more than ${grouped(avatarLimits.triangles)} triangles`)
  if (largestIndex(corners, gltf, binary) >= points.count)
    throw brokenFile('its triangles have corners that do not exist')
  return corners.count
}

function accessorOf(index: number | undefined, { accessors = [] }: Gltf): Accessor {
  const accessor = index === undefined ? undefined : accessors[index]
  if (accessor === undefined) throw brokenFile('a shape of it has no points')
  return accessor
}

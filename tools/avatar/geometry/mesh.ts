import type { BoneName } from '../rig/bones.ts'
import { subtract, type Vec2, type Vec3 } from './vector.ts'

export type Weights = readonly (readonly [bone: BoneName, share: number])[]

/** How far a vertex moves when a morph is fully on. */
export type Morphs = Readonly<Record<string, Vec3>>

export interface Vertex {
  readonly position: Vec3
  readonly normal: Vec3
  readonly uv: Vec2
  readonly weights: Weights
  readonly morphs?: Morphs
}

export type Triangle = readonly [number, number, number]

/** Triangles are counter-clockwise seen from outside. */
export interface Mesh {
  readonly vertices: readonly Vertex[]
  readonly triangles: readonly Triangle[]
}

export function joinMeshes(meshes: readonly Mesh[]): Mesh {
  const vertices: Vertex[] = []
  const triangles: Triangle[] = []
  for (const mesh of meshes) {
    const first = vertices.length
    for (const vertex of mesh.vertices) vertices.push(vertex)
    for (const [a, b, c] of mesh.triangles) triangles.push([a + first, b + first, c + first])
  }
  return { vertices, triangles }
}

/** Moves every vertex; how far morphs move them follows. Meant for scaling and shifting, which keep normals right. */
export function moveMesh(mesh: Mesh, to: (point: Vec3) => Vec3): Mesh {
  const origin = to([0, 0, 0])
  const vertices = mesh.vertices.map((vertex) => {
    const morphs = Object.entries(vertex.morphs ?? {}).map(
      ([name, by]) => [name, subtract(to(by), origin)] as const,
    )
    return {
      ...vertex,
      position: to(vertex.position),
      ...(vertex.morphs && { morphs: Object.fromEntries(morphs) }),
    }
  })
  return { ...mesh, vertices }
}

/** The same on the other side of the body: x mirrored, bones and triangles turned with it. */
export function mirrorMesh(mesh: Mesh, otherSide: (bone: BoneName) => BoneName): Mesh {
  const vertices = mesh.vertices.map((vertex) => ({
    ...vertex,
    position: mirror(vertex.position),
    normal: mirror(vertex.normal),
    weights: vertex.weights.map(([bone, share]) => [otherSide(bone), share] as const),
  }))
  return { vertices, triangles: mesh.triangles.map(([a, b, c]) => [a, c, b] as const) }
}

const mirror = ([x, y, z]: Vec3): Vec3 => [-x, y, z]

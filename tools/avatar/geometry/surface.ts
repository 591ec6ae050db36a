import type { Mesh, Morphs, Triangle, Vertex, Weights } from './mesh.ts'
import { cross, normalize, subtract, type Vec2, type Vec3 } from './vector.ts'

export interface Surface {
  readonly columns: number
  readonly rows: number
  /** u and v run from 0 to 1; seen from outside, v goes up where u goes to the right. */
  point(u: number, v: number): Vec3
  uv(u: number, v: number): Vec2
  weights(point: Vec3, u: number, v: number): Weights
  /** Where the shading should not follow the shape. */
  normal?(point: Vec3, u: number, v: number): Vec3
  morphs?(u: number, v: number): Morphs
  /** The parameters run the other way round. */
  readonly isInsideOut?: boolean
}

/** A smooth surface as a grid of triangles. Triangles that a pole has folded to a line are left out. */
export function meshOfSurface(surface: Surface): Mesh {
  const { columns, rows } = surface
  const vertices: Vertex[] = []
  for (let row = 0; row <= rows; row++)
    for (let column = 0; column <= columns; column++)
      vertices.push(vertexAt(surface, column / columns, row / rows))
  const triangles: Triangle[] = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const corner = row * (columns + 1) + column
      const above = corner + columns + 1
      triangles.push([corner, corner + 1, above + 1], [corner, above + 1, above])
    }
  const turned = surface.isInsideOut ? triangles.map(([a, b, c]) => [a, c, b] as const) : triangles
  return { vertices, triangles: turned.filter((triangle) => surface.morphs || !isFolded(vertices, triangle)) }
}

function vertexAt(surface: Surface, u: number, v: number): Vertex {
  const position = surface.point(u, v)
  const normal = surface.normal?.(position, u, v) ?? slopeNormal(surface, u, v)
  const vertex = { position, normal, uv: surface.uv(u, v), weights: surface.weights(position, u, v) }
  return surface.morphs ? { ...vertex, morphs: surface.morphs(u, v) } : vertex
}

/** From central differences; a little inside at the ends, where a pole has no slope. */
function slopeNormal({ point, isInsideOut }: Surface, u: number, v: number): Vec3 {
  const step = 1e-4
  const inside = Math.min(1 - 2e-3, Math.max(2e-3, v))
  const alongU = subtract(point(u + step, inside), point(u - step, inside))
  const alongV = subtract(point(u, inside + step), point(u, inside - step))
  return normalize(isInsideOut ? cross(alongV, alongU) : cross(alongU, alongV))
}

function isFolded(vertices: readonly Vertex[], [a, b, c]: Triangle): boolean {
  const [p, q, r] = [vertices[a]?.position, vertices[b]?.position, vertices[c]?.position]
  if (!p || !q || !r) return true
  const [x, y, z] = cross(subtract(q, p), subtract(r, p))
  return x * x + y * y + z * z < 1e-18
}

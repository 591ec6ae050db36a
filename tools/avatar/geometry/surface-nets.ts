import type { Distance } from './distance.ts'
import type { Mesh, Triangle, Vertex, Weights } from './mesh.ts'
import { add, normalize, scale, type Vec2, type Vec3 } from './vector.ts'

export interface Blob {
  readonly distance: Distance
  readonly from: Vec3
  readonly to: Vec3
  readonly cellMetres: number
  uv(point: Vec3): Vec2
  weights(point: Vec3): Weights
}

/**
 * The surface of a distance function by naive surface nets (Gibson 1998): one vertex in each cell that the surface
 * crosses, one quad around each grid edge that it crosses; then each vertex is pulled onto the surface itself.
 */
export function meshOfBlob(blob: Blob): Mesh {
  const grid = sampleGrid(blob)
  const vertices: Vertex[] = []
  const vertexOfCell = new Map<number, number>()
  forEachPlace(grid.cells, (place) => {
    const position = crossingPoint(grid, place)
    if (position === undefined) return
    vertexOfCell.set(grid.index(place), vertices.length)
    vertices.push(settle(blob, position))
  })
  return { vertices, triangles: quadsAround(grid, vertexOfCell) }
}

type Place = readonly [number, number, number]

interface Grid {
  readonly cells: Place
  index(place: Place): number
  value(place: Place): number
  point(place: Place): Vec3
}

function sampleGrid({ distance, from, to, cellMetres }: Blob): Grid {
  const cellsAlong = (axis: 0 | 1 | 2): number => Math.ceil((to[axis] - from[axis]) / cellMetres)
  const cells: Place = [cellsAlong(0), cellsAlong(1), cellsAlong(2)]
  const index = ([x, y, z]: Place): number => x + (cells[0] + 1) * (y + (cells[1] + 1) * z)
  const point = (place: Place): Vec3 => add(from, scale(place, cellMetres))
  const values = new Map<number, number>()
  const value = (place: Place): number => {
    const at = index(place)
    const known = values.get(at)
    if (known !== undefined) return known
    const measured = distance(point(place))
    values.set(at, measured)
    return measured
  }
  return { cells, index, value, point }
}

function forEachPlace([columns, rows, layers]: Place, visit: (place: Place) => void): void {
  for (let z = 0; z < layers; z++)
    for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) visit([x, y, z])
}

const axes: readonly Place[] = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
]

const cellEdges: readonly (readonly [Place, Place])[] = axes.flatMap((axis, index) => {
  const [p, q] = [axes[(index + 1) % 3] ?? axis, axes[(index + 2) % 3] ?? axis]
  const starts: readonly Place[] = [[0, 0, 0], p, q, add(p, q)]
  return starts.map((start) => [start, add(start, axis)] as const)
})

/** The middle of where the surface crosses the edges of a cell. */
function crossingPoint(grid: Grid, place: Place): Vec3 | undefined {
  let sum: Vec3 = [0, 0, 0]
  let count = 0
  for (const [start, end] of cellEdges) {
    const [from, to] = [add(place, start), add(place, end)]
    const [a, b] = [grid.value(from), grid.value(to)]
    if (a < 0 === b < 0) continue
    sum = add(sum, add(scale(grid.point(from), b / (b - a)), scale(grid.point(to), a / (a - b))))
    count++
  }
  return count === 0 ? undefined : scale(sum, 1 / count)
}

function settle(blob: Blob, start: Vec3): Vertex {
  let position = start
  for (let step = 0; step < 3; step++)
    position = add(position, scale(slope(blob.distance, position), -blob.distance(position)))
  const normal = slope(blob.distance, position)
  return { position, normal, uv: blob.uv(position), weights: blob.weights(position) }
}

function slope(distance: Distance, point: Vec3): Vec3 {
  const step = 1e-4
  const along = (axis: Place): number =>
    distance(add(point, scale(axis, step))) - distance(add(point, scale(axis, -step)))
  return normalize([along([1, 0, 0]), along([0, 1, 0]), along([0, 0, 1])])
}

function quadsAround(grid: Grid, vertexOfCell: ReadonlyMap<number, number>): Triangle[] {
  const triangles: Triangle[] = []
  forEachPlace(grid.cells, (place) => {
    axes.forEach((axis, index) => {
      const [a, b] = [grid.value(place), grid.value(add(place, axis))]
      if (a < 0 === b < 0) return
      const [p, q] = [axes[(index + 1) % 3] ?? axis, axes[(index + 2) % 3] ?? axis]
      const around = [
        place,
        add(place, scale(p, -1)),
        add(add(place, scale(p, -1)), scale(q, -1)),
        add(place, scale(q, -1)),
      ]
      const corners = around.map((cell) => vertexOfCell.get(grid.index(cell)))
      const [k, l, m, n] = a < 0 ? corners : corners.reverse()
      if (k === undefined || l === undefined || m === undefined || n === undefined) return
      triangles.push([k, l, m], [k, m, n])
    })
  })
  return triangles
}

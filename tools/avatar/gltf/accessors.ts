import type { Mesh, Vertex, Weights } from '../geometry/mesh.ts'
import type { Vec3 } from '../geometry/vector.ts'
import { boneNames } from '../rig/bones.ts'
import type { BinaryChunk } from './binary.ts'

export interface Accessor {
  readonly bufferView?: number
  readonly componentType: 5121 | 5123 | 5126
  readonly count: number
  readonly type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT4'
  readonly normalized?: true
  readonly min?: readonly number[]
  readonly max?: readonly number[]
  readonly sparse?: object
}

export interface Primitive {
  readonly attributes: Readonly<Record<string, number>>
  readonly indices: number
  readonly material: number
  readonly targets?: readonly { readonly POSITION: number }[]
}

/** Writes meshes as accessors of one document. */
export class AccessorWriter {
  readonly accessors: Accessor[] = []
  readonly #binary: BinaryChunk

  constructor(binary: BinaryChunk) {
    this.#binary = binary
  }

  primitive(mesh: Mesh, material: number, morphs: readonly string[]): Primitive {
    const { vertices } = mesh
    const attributes = {
      POSITION: this.#vectors(vertices.map((vertex) => vertex.position)),
      NORMAL: this.#vectors(vertices.map((vertex) => vertex.normal)),
      TEXCOORD_0: this.#textureCoordinates(vertices),
      JOINTS_0: this.#joints(vertices),
      WEIGHTS_0: this.#weights(vertices),
    }
    const indices = this.#indices(mesh)
    if (morphs.length === 0) return { attributes, indices, material }
    const targets = morphs.map((name) => ({ POSITION: this.#morph(vertices, name) }))
    return { attributes, indices, material, targets }
  }

  floats(values: readonly number[], type: Accessor['type'], count: number): number {
    const bufferView = this.#binary.add(new Uint8Array(Float32Array.from(values).buffer))
    return this.#push({ bufferView, componentType: 5126, count, type })
  }

  #push(accessor: Accessor): number {
    return this.accessors.push(accessor) - 1
  }

  #vectors(values: readonly Vec3[]): number {
    const floats = Float32Array.from(values.flat())
    const bufferView = this.#binary.add(new Uint8Array(floats.buffer), 34962)
    return this.#push({
      bufferView,
      componentType: 5126,
      count: values.length,
      type: 'VEC3',
      ...bounds(values),
    })
  }

  #textureCoordinates(vertices: readonly Vertex[]): number {
    const values = Uint16Array.from(vertices.flatMap(({ uv }) => uv.map((at) => Math.round(at * 65_535))))
    const bufferView = this.#binary.add(new Uint8Array(values.buffer), 34962)
    return this.#push({
      bufferView,
      componentType: 5123,
      count: vertices.length,
      type: 'VEC2',
      normalized: true,
    })
  }

  #joints(vertices: readonly Vertex[]): number {
    const joints = vertices.flatMap(({ weights }) =>
      fourOf(weights).map(([bone, share]) => (share > 0 ? boneNames.indexOf(bone) : 0)),
    )
    const bufferView = this.#binary.add(Uint8Array.from(joints), 34962)
    return this.#push({ bufferView, componentType: 5121, count: vertices.length, type: 'VEC4' })
  }

  #weights(vertices: readonly Vertex[]): number {
    const shares = vertices.flatMap(({ weights }) => fourOf(weights).map(([, share]) => share))
    const bufferView = this.#binary.add(Uint8Array.from(shares), 34962)
    return this.#push({
      bufferView,
      componentType: 5121,
      count: vertices.length,
      type: 'VEC4',
      normalized: true,
    })
  }

  #indices({ triangles }: Mesh): number {
    const bufferView = this.#binary.add(new Uint8Array(Uint16Array.from(triangles.flat()).buffer), 34963)
    return this.#push({ bufferView, componentType: 5123, count: triangles.length * 3, type: 'SCALAR' })
  }

  /** Sparse: most vertices stay where they are in any one morph. */
  #morph(vertices: readonly Vertex[], name: string): number {
    const moves = vertices.flatMap(({ morphs }, index) => {
      const move = morphs?.[name]
      return move === undefined ? [] : [{ index, move }]
    })
    const base = { componentType: 5126, count: vertices.length, type: 'VEC3' } as const
    if (moves.length === 0) return this.#push({ ...base, min: [0, 0, 0], max: [0, 0, 0] })
    const resting: readonly Vec3[] = moves.length < vertices.length ? [[0, 0, 0]] : []
    const indices = this.#binary.add(new Uint8Array(Uint16Array.from(moves, ({ index }) => index).buffer))
    const values = this.#binary.add(
      new Uint8Array(Float32Array.from(moves.flatMap(({ move }) => [...move])).buffer),
    )
    return this.#push({
      ...base,
      ...bounds([...resting, ...moves.map(({ move }) => move)]),
      sparse: {
        count: moves.length,
        indices: { bufferView: indices, componentType: 5123 },
        values: { bufferView: values },
      },
    })
  }
}

function bounds(values: readonly Vec3[]): { min: number[]; max: number[] } {
  const each = (axis: 0 | 1 | 2, pick: (a: number, b: number) => number): number =>
    Math.fround(values.reduce((best, value) => pick(best, value[axis]), values[0]?.[axis] ?? 0))
  return {
    min: [each(0, Math.min), each(1, Math.min), each(2, Math.min)],
    max: [each(0, Math.max), each(1, Math.max), each(2, Math.max)],
  }
}

/** The four strongest bones; their shares are bytes that add up to 255. */
function fourOf(weights: Weights): Weights {
  const strongest = [...weights].sort(([, a], [, b]) => b - a).slice(0, 4)
  const sum = strongest.reduce((total, [, share]) => total + share, 0)
  const bytes = strongest.map(([bone, share]) => [bone, Math.round((share / sum) * 255)] as const)
  const missing = 255 - bytes.reduce((total, [, share]) => total + share, 0)
  const exact = bytes.map(([bone, share], index) => [bone, index === 0 ? share + missing : share] as const)
  const none = [boneNames[0] ?? 'hips', 0] as const
  return [...exact, none, none, none].slice(0, 4)
}

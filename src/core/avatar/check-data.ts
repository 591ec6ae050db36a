import { AvatarRefusedError, brokenFile, tooLarge } from './errors.ts'
import type { Accessor, BufferView, Gltf } from './gltf-schema.ts'
import { avatarLimits } from './limits.ts'

const componentBytes = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 } as const
const components = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 } as const

/** Where a run of numbers lies in the binary part, proven to be inside it. */
interface Run {
  readonly start: number
  readonly count: number
  readonly perElement: number
  readonly stride: number
  readonly componentType: Accessor['componentType']
}

/** Checks that everything lies inside the file, and that every number of it is one. */
export function checkData(gltf: Gltf, binary: Uint8Array): void {
  checkBuffers(gltf, binary)
  const views = gltf.bufferViews ?? []
  for (const view of views) checkView(view, binary)
  let described = 0
  for (const accessor of gltf.accessors ?? []) {
    described += accessor.count * elementBytes(accessor)
    if (described > avatarLimits.describedBytes)
      throw tooLarge('it describes far more shapes than a file of its size can hold')
    for (const run of runsOf(accessor, views)) checkNumbers(run, binary)
  }
}

function checkBuffers(gltf: Gltf, binary: Uint8Array): void {
  const [first, ...others] = gltf.buffers ?? []
  if ([first, ...others].some((buffer) => buffer?.uri !== undefined) || others.length > 0)
    throw outside('shapes')
  if (first !== undefined && first.byteLength > binary.length)
    throw brokenFile('it promises more data than it has')
}

/** Shared with images: a file from a stranger must not make a viewer fetch anything. */
export function outside(what: 'shapes' | 'pictures'): AvatarRefusedError {
  return new AvatarRefusedError(
    'outside-reference',
    `This file does not hold all of its ${what} itself, but refers to others. Export it as one .vrm file.`,
  )
}

function checkView({ buffer, byteOffset = 0, byteLength }: BufferView, binary: Uint8Array): void {
  if (buffer !== 0 || byteOffset + byteLength > binary.length)
    throw brokenFile('some of its data lies outside of it')
}

const elementBytes = ({ type, componentType }: Accessor): number =>
  components[type] * componentBytes[componentType]

function runsOf(accessor: Accessor, views: readonly BufferView[]): Run[] {
  const { count, componentType, sparse } = accessor
  const perElement = components[accessor.type]
  const whole =
    accessor.bufferView === undefined
      ? []
      : [
          {
            bufferView: accessor.bufferView,
            byteOffset: accessor.byteOffset,
            count,
            perElement,
            componentType,
          },
        ]
  const parts = sparse
    ? [
        { ...sparse.indices, count: sparse.count, perElement: 1 },
        { ...sparse.values, count: sparse.count, perElement, componentType },
      ]
    : []
  if (sparse && sparse.count > count) throw brokenFile('it changes more points than it has')
  return [...whole, ...parts].map((run) => placeRun(run, views))
}

type Unplaced = Omit<Run, 'start' | 'stride'> & { bufferView: number; byteOffset?: number | undefined }

function placeRun({ bufferView, byteOffset = 0, ...run }: Unplaced, views: readonly BufferView[]): Run {
  const view = views[bufferView]
  if (view === undefined) throw brokenFile('it refers to data that it does not have')
  const size = run.perElement * componentBytes[run.componentType]
  const stride = view.byteStride ?? size
  const start = (view.byteOffset ?? 0) + byteOffset
  if (start % componentBytes[run.componentType] !== 0) throw brokenFile('some of its data is out of step')
  if (byteOffset + (run.count - 1) * stride + size > view.byteLength)
    throw brokenFile('it describes more points than its data has')
  return { ...run, start, stride }
}

function checkNumbers({ start, count, perElement, stride, componentType }: Run, binary: Uint8Array): void {
  if (componentType !== 5126) return
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength)
  for (let element = 0; element < count; element++)
    for (let component = 0; component < perElement; component++)
      if (!Number.isFinite(view.getFloat32(start + element * stride + component * 4, true)))
        throw brokenFile('some of its points are nowhere (not a number)')
}

/** The largest value of an accessor of whole numbers; its data has been checked before. */
export function largestIndex(accessor: Accessor, gltf: Gltf, binary: Uint8Array): number {
  const view = new DataView(binary.buffer, binary.byteOffset, binary.byteLength)
  let largest = 0
  for (const { start, count, stride, componentType } of runsOf(
    { ...accessor, sparse: undefined },
    gltf.bufferViews ?? [],
  ))
    for (let element = 0; element < count; element++)
      largest = Math.max(largest, readWhole(view, start + element * stride, componentType))
  return largest
}

function readWhole(view: DataView, at: number, componentType: Accessor['componentType']): number {
  if (componentType === 5121) return view.getUint8(at)
  if (componentType === 5123) return view.getUint16(at, true)
  if (componentType === 5125) return view.getUint32(at, true)
  throw brokenFile('its triangles are numbered with something else than whole numbers')
}

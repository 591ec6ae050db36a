import { readFile } from 'node:fs/promises'
import { inflateSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { eye, skinDepth } from '../../tools/avatar/face/skin-depth.ts'
import type { Vec2 } from '../../tools/avatar/geometry/vector.ts'
import { buildLumi } from '../../tools/avatar/lumi.ts'
import { boneNames, bones, otherSide } from '../../tools/avatar/rig/bones.ts'
import { buildWave } from '../../tools/avatar/wave.ts'

interface View {
  readonly byteOffset: number
  readonly byteLength: number
}
interface Document {
  readonly accessors: readonly {
    readonly bufferView?: number
    readonly type: string
    readonly count: number
  }[]
  readonly bufferViews: readonly View[]
  readonly images: readonly { readonly bufferView: number; readonly mimeType: string }[]
  readonly meshes: readonly {
    readonly primitives: readonly { readonly attributes: Record<string, number> }[]
  }[]
}

describe('the generator of Lumi', () => {
  let made: Glb
  let committed: Glb
  beforeAll(async () => {
    made = open(buildLumi(await readFile('tools/avatar/thumbnail.jpg')))
    committed = open(await readFile('assets/avatar/lumi.vrm'))
  })

  it('makes the file that is in the repository', () => {
    // Pictures may be packed otherwise by another zlib: they come last, and are compared unpacked.
    const shapes = made.document.bufferViews.length - made.document.images.length
    expect(made.document.bufferViews.slice(0, shapes)).toEqual(
      committed.document.bufferViews.slice(0, shapes),
    )
    expect({ ...made.document, bufferViews: 0, buffers: 0 }).toEqual({
      ...committed.document,
      bufferViews: 0,
      buffers: 0,
    })
    const end = made.document.bufferViews[shapes]?.byteOffset ?? 0
    expect(Buffer.compare(made.binary.subarray(0, end), committed.binary.subarray(0, end))).toBe(0)
    expect(picturesOf(made)).toEqual(picturesOf(committed))
  })

  it('makes the motion that is in the repository', async () => {
    expect(Buffer.compare(buildWave(), await readFile('assets/avatar/wave.vrma'))).toBe(0)
  })

  it('binds each point to bones whose shares add up, and lights it from a direction', () => {
    for (const { attributes } of made.document.meshes.flatMap(({ primitives }) => primitives)) {
      const shares = bytesOf(made, attributes.WEIGHTS_0)
      for (let at = 0; at < shares.length; at += 4)
        expect(shares.subarray(at, at + 4).reduce((sum, share) => sum + share, 0)).toBe(255)
      const normals = floatsOf(bytesOf(made, attributes.NORMAL))
      for (let at = 0; at < normals.length; at += 3)
        expect(Math.hypot(...normals.subarray(at, at + 3))).toBeCloseTo(1, 3)
    }
  })

  it('is flat around the eyes, where lids move in straight lines and must not dive through the eye', () => {
    const rim = Array.from({ length: 16 }, (_, index) => (index / 8) * Math.PI).map(
      (angle): Vec2 => [eye.x + eye.halfWidth * Math.cos(angle), eye.y + eye.halfHeight * Math.sin(angle)],
    )
    for (const [ax, ay] of rim)
      for (const [bx, by] of rim) {
        const between = skinDepth((ax + bx) / 2, (ay + by) / 2)
        expect(between - (skinDepth(ax, ay) + skinDepth(bx, by)) / 2).toBeLessThan(0.0005)
      }
  })

  it('has a left for each right, in the same place on the other side', () => {
    for (const name of boneNames.filter((bone) => bone.startsWith('left'))) {
      const [x, y, z] = bones[name].at
      expect(bones[otherSide(name)].at).toEqual([-x, y, z])
    }
  })
})

interface Glb {
  readonly document: Document
  readonly binary: Uint8Array
}

function open(file: Uint8Array): Glb {
  const bytes = Buffer.from(file)
  const length = bytes.readUInt32LE(12)
  return {
    document: JSON.parse(bytes.toString('utf8', 20, 20 + length)),
    binary: bytes.subarray(28 + length),
  }
}

function viewOf({ document, binary }: Glb, index = -1): Uint8Array {
  const view = document.bufferViews[index]
  if (view === undefined) throw new Error(`no view ${index}`)
  return binary.subarray(view.byteOffset, view.byteOffset + view.byteLength)
}

const bytesOf = (glb: Glb, accessor = -1): Uint8Array =>
  viewOf(glb, glb.document.accessors[accessor]?.bufferView)
const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)

function picturesOf(glb: Glb): string[] {
  return glb.document.images.map(({ bufferView, mimeType }) => {
    const bytes = Buffer.from(viewOf(glb, bufferView))
    if (mimeType !== 'image/png') return bytes.toString('base64')
    const start = bytes.indexOf('IDAT')
    return inflateSync(bytes.subarray(start + 4, start + 4 + bytes.readUInt32BE(start - 4))).toString(
      'base64',
    )
  })
}

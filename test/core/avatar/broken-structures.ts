import { append, appended, type BrokenAvatar, changed, edited, pick, put } from './breaking.ts'
import { boneNames, tinyAvatar, tinyDocument } from './tiny-avatar.ts'

/** Files whose parts contradict each other, or describe more than they hold. */
export const brokenStructures: readonly BrokenAvatar[] = [
  {
    name: 'numbers where lists belong',
    fault: 'broken-structure',
    says: '"nodes"',
    make: changed('nodes', 7),
  },
  {
    name: 'a huge count',
    fault: 'too-large',
    says: 'far more shapes',
    make: changed('accessors.0.count', 4_000_000_000),
  },
  {
    name: 'a huge count of nothing',
    fault: 'too-large',
    says: 'far more shapes',
    make: changed('accessors.2', { componentType: 5126, count: 1e9, type: 'VEC3' }),
  },
  {
    name: 'a count beyond its data',
    fault: 'broken-structure',
    says: 'more points than its data',
    make: changed('accessors.0.count', 5_000),
  },
  {
    name: 'a negative count',
    fault: 'broken-structure',
    says: 'accessors 0 count',
    make: changed('accessors.0.count', -1),
  },
  {
    name: 'many views of the same bytes',
    fault: 'too-large',
    says: 'far more shapes',
    make: repeatedData,
  },
  {
    name: 'data outside of the file',
    fault: 'broken-structure',
    says: 'outside of it',
    make: changed('bufferViews.0.byteLength', 1e9),
  },
  {
    name: 'data that is promised',
    fault: 'broken-structure',
    says: 'promises more data',
    make: changed('buffers.0.byteLength', 1e9),
  },
  {
    name: 'shapes on another server',
    fault: 'outside-reference',
    says: 'refers to others',
    make: changed('buffers.0.uri', 'http://10.0.0.1/shapes.bin'),
  },
  {
    name: 'shapes in a data address',
    fault: 'outside-reference',
    says: 'refers to others',
    make: changed('buffers.0.uri', 'data:application/octet-stream;base64,AAAA'),
  },
  {
    name: 'pictures on another server',
    fault: 'outside-reference',
    says: 'pictures',
    make: changed('images.0', { uri: 'https://example.com/track.png' }),
  },
  {
    name: 'pictures in a data address',
    fault: 'outside-reference',
    says: 'pictures',
    make: changed('images.0', { uri: 'data:image/png;base64,AAAA' }),
  },
  {
    name: 'nodes in a circle',
    fault: 'broken-structure',
    says: 'in a circle',
    make: changed('nodes.4.children', [0]),
  },
  {
    name: 'a node with two parents',
    fault: 'broken-structure',
    says: 'from two others',
    make: appended('nodes.0.children', [2]),
  },
  {
    name: 'a node that is missing',
    fault: 'broken-structure',
    says: 'one that is missing',
    make: changed('nodes.4.children', [999]),
  },
  {
    name: 'a chain of 400 nodes',
    fault: 'too-large',
    says: '256 deep',
    make: appended('nodes', chain(400)),
  },
  {
    name: '5,000 bones',
    fault: 'too-large',
    says: 'nodes',
    make: appended(
      'nodes',
      Array.from({ length: 5_000 }, () => ({})),
    ),
  },
  { name: 'points that are not numbers', fault: 'broken-structure', says: 'not a number', make: notANumber },
  {
    name: 'corners that do not exist',
    fault: 'broken-structure',
    says: 'corners that do not exist',
    make: farCorner,
  },
  {
    name: 'movements of another face',
    fault: 'broken-structure',
    says: 'does not fit',
    make: changed('meshes.0.primitives.0.targets.0.POSITION', 1),
  },
  {
    name: 'a skin without its bones',
    fault: 'broken-structure',
    says: 'bones do not fit',
    make: changed('skins', [{ joints: [0, 1], inverseBindMatrices: 0 }]),
  },
  {
    name: 'a compressed mesh',
    fault: 'unsupported-feature',
    says: 'KHR_draco_mesh_compression',
    make: changed('extensionsRequired', ['KHR_draco_mesh_compression']),
  },
]

function repeatedData(): Uint8Array {
  const points = pick(tinyDocument({ squares: 60 }).json, 'accessors.0')
  return edited(
    (json) =>
      append(
        json,
        'accessors',
        Array.from({ length: 19_000 }, () => points),
      ),
    { squares: 60 },
  )()
}

function chain(length: number): object[] {
  const first = boneNames.length + 1
  return Array.from({ length }, (_, index) => (index + 1 < length ? { children: [first + index + 1] } : {}))
}

function notANumber(): Uint8Array {
  const bytes = Uint8Array.from(tinyAvatar())
  const view = new DataView(bytes.buffer)
  view.setUint32(28 + view.getUint32(12, true) + 8, 0x7fc00000, true)
  return bytes
}

function farCorner(): Uint8Array {
  return edited((json, { binary }) => {
    const bufferView = binary.add(new Uint8Array(Uint32Array.from([0, 1, 999]).buffer))
    put(json, 'accessors.1', { bufferView, componentType: 5125, count: 3, type: 'SCALAR' })
    put(json, 'buffers.0.byteLength', binary.toBytes().length)
  })()
}

import { type BrokenAvatar, changed, patched, pngOf } from './breaking.ts'
import { encodeDocument, tinyAvatar } from './tiny-avatar.ts'

/** Files that cannot be taken apart. */
export const brokenContainers: readonly BrokenAvatar[] = [
  { name: 'nothing', fault: 'not-glb', says: 'not a VRM file', make: () => new Uint8Array(0) },
  { name: 'a picture', fault: 'not-glb', says: 'not a VRM file', make: () => pngOf(9, 9) },
  {
    name: 'the wrong magic',
    fault: 'not-glb',
    says: 'not a VRM file',
    make: patched((view) => void view.setUint8(0, 0x47)),
  },
  {
    name: 'glTF 1',
    fault: 'unsupported-feature',
    says: 'old version',
    make: patched((view) => void view.setUint32(4, 1, true)),
  },
  {
    name: 'a file cut in half',
    fault: 'truncated',
    says: 'is missing',
    make: patched((_, bytes) => bytes.subarray(0, bytes.length / 2)),
  },
  {
    name: 'a chunk longer than the file',
    fault: 'broken-structure',
    says: 'longer than the file',
    make: patched((view) => void view.setUint32(12, 0xfffffff0, true)),
  },
  {
    name: 'a chunk of no length',
    fault: 'broken-structure',
    says: 'cannot be read',
    make: patched((view) => void view.setUint32(12, 0, true)),
  },
  {
    name: 'the binary part first',
    fault: 'broken-structure',
    says: 'description is missing',
    make: patched((view) => void view.setUint32(16, 0x004e4942, true)),
  },
  {
    name: 'JSON that is not',
    fault: 'broken-structure',
    says: 'cannot be read',
    make: patched((view) => void view.setUint8(20, 0x7d)),
  },
  {
    name: 'JSON in broken UTF-8',
    fault: 'broken-structure',
    says: 'cannot be read',
    make: patched((view) => void view.setUint8(23, 0xff)),
  },
  {
    name: 'JSON that is a list',
    fault: 'broken-structure',
    says: 'description',
    make: () => encodeDocument([], new Uint8Array(4)),
  },
  { name: 'a million brackets', fault: 'broken-structure', says: 'cannot be read', make: deepJson },
  {
    name: 'a description of 9 MB',
    fault: 'too-large',
    says: 'its description alone',
    make: changed('extras', 'x'.repeat(9 << 20)),
  },
  {
    name: 'a file of 70 MB',
    fault: 'too-large',
    says: 'the file has 70 MB',
    make: () => new Uint8Array(70 << 20),
  },
]

/** Deeper than any description, and never closed. */
function deepJson(): Uint8Array {
  const bytes = Buffer.alloc(20 + 1_000_000, '[')
  Buffer.from(tinyAvatar().subarray(0, 20)).copy(bytes)
  bytes.writeUInt32LE(bytes.length, 8)
  bytes.writeUInt32LE(1_000_000, 12)
  return bytes
}

import { AvatarRefusedError, brokenFile, tooLarge } from './errors.ts'
import { avatarLimits } from './limits.ts'
import { megabytes } from './plain-words.ts'

export interface Glb {
  readonly json: unknown
  readonly binary: Uint8Array
}

const magic = 0x46546c67
const jsonChunk = 0x4e4f534a
const binaryChunk = 0x004e4942

/** Takes a binary glTF file apart (glTF 2.0, section 4). Throws {@link AvatarRefusedError}. */
export function readGlb(file: Uint8Array): Glb {
  if (file.length > avatarLimits.fileBytes)
    throw tooLarge(
      `the file has ${megabytes(file.length)}, and ${megabytes(avatarLimits.fileBytes)} is the most`,
    )
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < 20 || view.getUint32(0, true) !== magic)
    throw new AvatarRefusedError(
      'not-glb',
      'This is not a VRM file. Choose a file that ends in .vrm, as VRoid Studio or UniVRM export it.',
    )
  if (view.getUint32(4, true) !== 2)
    throw new AvatarRefusedError(
      'unsupported-feature',
      'This file is made in an old version of glTF that no VRM uses. Export it as VRM 1.0 or 0.x.',
    )
  const end = view.getUint32(8, true)
  if (end > file.length)
    throw new AvatarRefusedError(
      'truncated',
      `The end of this file is missing: it should have ${end} bytes and has ${file.length}. Upload or export it again.`,
    )
  return readChunks(view, file, end)
}

function readChunks(view: DataView, file: Uint8Array, end: number): Glb {
  let json: unknown
  let binary: Uint8Array = new Uint8Array(0)
  for (let at = 12, index = 0; at + 8 <= end; index++) {
    const length = view.getUint32(at, true)
    const type = view.getUint32(at + 4, true)
    const start = at + 8
    if (start + length > end) throw brokenFile('one of its parts is said to be longer than the file')
    const body = file.subarray(start, start + length)
    if (index === 0) json = type === jsonChunk ? parseJson(body) : undefined
    if (index === 1 && type === binaryChunk) binary = body
    // Chunks are padded to four bytes; some writers forget to count the padding.
    at = start + length + ((4 - (length % 4)) % 4)
  }
  if (json === undefined) throw brokenFile('its description is missing')
  return { json, binary }
}

function parseJson(body: Uint8Array): unknown {
  if (body.length > avatarLimits.jsonBytes)
    throw tooLarge(`its description alone has ${megabytes(body.length)}`)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    throw brokenFile('its description cannot be read')
  }
}

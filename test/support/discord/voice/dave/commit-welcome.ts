import { MlsReader } from './mls-bytes.ts'

/**
 * Splits what op 28 carries: an MLSMessage with a commit and, right behind it, a bare Welcome if somebody was added.
 * Nothing says where one ends, so the commit is read through (RFC 9420, sections 6.2, 7.2 and 12.4).
 */
export function splitCommitWelcome(payload: Buffer): { commit: Buffer; welcome: Buffer | undefined } {
  const end = commitLength(payload)
  const welcome = payload.subarray(end)
  return { commit: payload.subarray(0, end), welcome: welcome.length > 0 ? welcome : undefined }
}

function commitLength(payload: Buffer): number {
  const reader = new MlsReader(payload)
  const [version, wireFormat] = [reader.uint16(), reader.uint16()]
  if (version !== 1 || wireFormat !== 1) throw new RangeError('no public message of MLS 1.0')
  reader.vector() // group id
  reader.skip(8) // epoch
  reader.skip(1 + 4) // sender: a member and its leaf
  reader.vector() // authenticated data
  if (reader.uint8() !== 3) throw new RangeError('no commit')
  reader.vector() // proposals
  if (reader.uint8() === 1) skipUpdatePath(reader)
  reader.vector() // signature
  reader.vector() // confirmation tag
  reader.vector() // membership tag
  return reader.at
}

function skipUpdatePath(reader: MlsReader): void {
  skipLeafNode(reader)
  reader.vector() // nodes
}

function skipLeafNode(reader: MlsReader): void {
  reader.vector() // encryption key
  reader.vector() // signature key
  reader.skip(2) // credential type: basic
  reader.vector() // identity
  for (let list = 0; list < 5; list += 1) reader.vector() // capabilities
  const source = reader.uint8()
  if (source === 1) reader.skip(8 + 8) // of a key package: its lifetime
  if (source === 3) reader.vector() // of a commit: the parent's hash
  reader.vector() // extensions
  reader.vector() // signature
}

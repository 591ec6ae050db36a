import { UnreadableSoundError } from './errors.ts'

const capturePattern = 0x4f676753
const headerBytes = 27
const maxPacketBytes = 65_536

/**
 * The packets of an Ogg file with one logical stream, in order (RFC 3533, section 6). What is cut off at the end is left
 * out. @throws UnreadableSoundError
 */
export function* oggPackets(file: Uint8Array): Generator<Uint8Array, void, undefined> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  let begun: Uint8Array[] = []
  let begunBytes = 0
  for (let at = 0; at + headerBytes <= file.length; ) {
    if (view.getUint32(at) !== capturePattern) throw new UnreadableSoundError('not an Ogg page')
    const segments = view.getUint8(at + 26)
    const lacing = file.subarray(at + headerBytes, at + headerBytes + segments)
    let position = at + headerBytes + segments
    for (const length of lacing) {
      if (position + length > file.length) return
      begun.push(file.subarray(position, position + length))
      begunBytes += length
      if (begunBytes > maxPacketBytes) throw new UnreadableSoundError('a packet without end')
      position += length
      // A packet goes on as long as its segments are full.
      if (length === 255) continue
      yield joined(begun, begunBytes)
      begun = []
      begunBytes = 0
    }
    at = position
  }
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return only
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

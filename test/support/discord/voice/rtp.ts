import { authenticatedLength } from './transport-cipher.ts'

const opusPayloadType = 120
const version2 = 0x80
const hasExtension = 0x10
const isPadded = 0x20

export interface RtpFields {
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

/** A header as Discord sends it on from its clients: with a one-byte extension (RFC 8285) of four bytes. */
export function rtpHeader({ sequence, timestamp, ssrc }: RtpFields): Buffer {
  const header = Buffer.alloc(16)
  header.writeUInt8(version2 | hasExtension, 0)
  header.writeUInt8(opusPayloadType, 1)
  header.writeUInt16BE(sequence & 0xffff, 2)
  header.writeUInt32BE(timestamp >>> 0, 4)
  header.writeUInt32BE(ssrc >>> 0, 8)
  header.writeUInt16BE(0xbede, 12)
  header.writeUInt16BE(1, 14)
  return header
}

/** The body of that extension; it travels encrypted, before the audio. Id 1: the audio level (RFC 6464). */
export const extensionBody = Buffer.from([0x10, 0x80, 0, 0])

/** Undefined for anything that is not RTP with Opus. */
export function readRtp(packet: Buffer): RtpFields | undefined {
  if (packet.length < 12) return undefined
  if ((packet.readUInt8(0) & 0xc0) !== version2) return undefined
  if ((packet.readUInt8(1) & 0x7f) !== opusPayloadType) return undefined
  return {
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
  }
}

/** Takes extension and padding off a decrypted payload. */
export function audioOf(packet: Buffer, payload: Buffer): Buffer {
  const bodyBytes = authenticatedLength(packet) > 12 ? 4 * packet.readUInt16BE(14) : 0
  const paddingBytes = packet.readUInt8(0) & isPadded ? (payload.at(-1) ?? 0) : 0
  return payload.subarray(bodyBytes, payload.length - paddingBytes)
}

/** What stands in front of each packet of sound, in the clear (RFC 3550, section 5.1). */
export interface RtpHeader {
  readonly sequence: number
  readonly timestamp: number
  readonly ssrc: number
}

const version = 2
const opusPayloadType = 120
const headerBytes = 12

/** Undefined for anything that is no packet of Opus: keep-alives, discovery, RTCP, video. */
export function readRtpHeader(message: Buffer): RtpHeader | undefined {
  if (message.length <= headerBytes) return undefined
  const isOpus = message.readUInt8(0) >> 6 === version && (message.readUInt8(1) & 0x7f) === opusPayloadType
  if (!isOpus) return undefined
  return {
    sequence: message.readUInt16BE(2),
    timestamp: message.readUInt32BE(4),
    ssrc: message.readUInt32BE(8),
  }
}

import { Application, createEncoder } from 'libopus-wasm'

const frameSamples = 960
const preSkip = 312

/** A mono Ogg Opus file (RFC 7845), such as Discord's apps record voice messages. */
export async function encodeOggOpus(samples: Int16Array): Promise<Uint8Array> {
  using encoder = await createEncoder({ channels: 1, sampleRate: 48_000, application: Application.Voip })
  const packets: Uint8Array[] = []
  for (let at = 0; at < samples.length; at += frameSamples) {
    const frame = new Int16Array(frameSamples)
    frame.set(samples.subarray(at, at + frameSamples))
    packets.push(encoder.encode(frame))
  }
  const pages = [page([opusHead()], 0, 0n, 2), page([opusTags()], 1, 0n, 0)]
  for (let at = 0; at < packets.length; at += 40) {
    const isLast = at + 40 >= packets.length
    const granule = BigInt(Math.min(packets.length, at + 40) * frameSamples)
    pages.push(page(packets.slice(at, at + 40), pages.length, granule, isLast ? 4 : 0))
  }
  return Buffer.concat(pages)
}

function opusHead(): Buffer {
  const head = Buffer.alloc(19)
  head.write('OpusHead', 'latin1')
  head[8] = 1
  head[9] = 1
  head.writeUInt16LE(preSkip, 10)
  head.writeUInt32LE(48_000, 12)
  return head
}

function opusTags(): Buffer {
  const vendor = Buffer.from('test')
  const tags = Buffer.alloc(8 + 4 + vendor.length + 4)
  tags.write('OpusTags', 'latin1')
  tags.writeUInt32LE(vendor.length, 8)
  vendor.copy(tags, 12)
  return tags
}

function page(packets: readonly Uint8Array[], number: number, granule: bigint, flags: number): Buffer {
  const lacing = packets.flatMap(({ length }) => [
    ...Array.from({ length: Math.floor(length / 255) }, () => 255),
    length % 255,
  ])
  const head = Buffer.alloc(27)
  head.write('OggS', 'latin1')
  head[5] = flags
  head.writeBigUInt64LE(granule, 6)
  head.writeUInt32LE(1, 14)
  head.writeUInt32LE(number, 18)
  head[26] = lacing.length
  const whole = Buffer.concat([head, Buffer.from(lacing), ...packets])
  whole.writeUInt32LE(checksum(whole), 22)
  return whole
}

/** CRC-32 with polynomial 0x04c11db7, not reflected, from 0 (RFC 3533, section 6). */
function checksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}

/** The parts of MLS' presentation language that the gateway needs (RFC 9420, section 2). */

export function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

export function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value)
  return bytes
}

/** A vector: its length in one, two or four bytes, then its bytes. */
export function vector(...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([lengthPrefix(content.length), content])
}

function lengthPrefix(length: number): Buffer {
  if (length < 0x40) return Buffer.from([length])
  return length < 0x4000 ? uint16(0x4000 | length) : uint32(0x80000000 + length)
}

/** Reads on and on; throws a RangeError past the end, as Buffer does. */
export class MlsReader {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  skip(count: number): void {
    this.at += count
  }

  uint8(): number {
    this.at += 1
    return this.#bytes.readUInt8(this.at - 1)
  }

  uint16(): number {
    this.at += 2
    return this.#bytes.readUInt16BE(this.at - 2)
  }

  vector(): Buffer {
    const length = this.#vectorLength()
    if (this.at + length > this.#bytes.length) throw new RangeError('a vector runs past the end')
    this.at += length
    return this.#bytes.subarray(this.at - length, this.at)
  }

  #vectorLength(): number {
    const first = this.#bytes.readUInt8(this.at)
    const bytes = 1 << (first >> 6)
    const length = this.#bytes.readUIntBE(this.at, bytes)
    this.at += bytes
    // The two highest bits told how many bytes there are.
    return length % 2 ** (8 * bytes - 2)
  }
}

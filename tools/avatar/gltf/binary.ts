/** The binary part of a GLB: what was added, each piece on a multiple of four bytes. */
export class BinaryChunk {
  readonly views: { buffer: 0; byteOffset: number; byteLength: number; target?: number }[] = []
  readonly #pieces: Uint8Array[] = []
  #size = 0

  /** Returns the index of the buffer view. */
  add(bytes: Uint8Array, target?: 34962 | 34963): number {
    this.views.push({
      buffer: 0,
      byteOffset: this.#size,
      byteLength: bytes.length,
      ...(target && { target }),
    })
    const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
    padded.set(bytes)
    this.#pieces.push(padded)
    this.#size += padded.length
    return this.views.length - 1
  }

  toBytes(): Uint8Array {
    return Buffer.concat(this.#pieces)
  }
}

/** glTF 2.0, section 4: header, JSON chunk padded with spaces, binary chunk padded with zeros. */
export function encodeGlb(json: object, binary: Uint8Array): Uint8Array {
  const text = Buffer.from(JSON.stringify(json))
  const padded = Buffer.alloc(Math.ceil(text.length / 4) * 4, ' ')
  text.copy(padded)
  const head = Buffer.alloc(20)
  head.write('glTF', 'latin1')
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(28 + padded.length + binary.length, 8)
  head.writeUInt32LE(padded.length, 12)
  head.write('JSON', 16, 'latin1')
  const middle = Buffer.alloc(8)
  middle.writeUInt32LE(binary.length, 0)
  middle.write('BIN\0', 4, 'latin1')
  return Buffer.concat([head, padded, middle, binary])
}

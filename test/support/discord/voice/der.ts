/** One element of DER (X.690): tag, length, content. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content)]), content])
}

function lengthOf({ length }: Uint8Array): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}

export const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)

/** An object identifier, its arcs already encoded. */
export const oid = (hex: string) => der(0x06, Buffer.from(hex, 'hex'))

/** A bit string whose bits fill its bytes. */
export const bitString = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes)

/** YYMMDDHHMMSSZ */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

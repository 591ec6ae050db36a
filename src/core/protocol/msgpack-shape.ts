/** Deepest nesting and most values that a message may have; ours have 4 and about 60. */
export const maxDepth = 32
export const maxValues = 20_000

/** Bytes that follow the head byte of the formats 0xc0 to 0xdf, by https://github.com/msgpack/msgpack/blob/master/spec.md */
const fixedBytes: readonly number[] = [
  0, -1, 0, 0, 1, 2, 4, 1, 2, 4, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17, 1, 2, 4, 2, 4, 2, 4,
]

/**
 * Walks a MessagePack value without building it and says what is wrong with it, or undefined. A decoder that is
 * handed a million nested arrays builds them first and is judged later; this refuses them in a few microseconds.
 */
export function findShapeFault(body: Uint8Array): string | undefined {
  const openValues: number[] = []
  let position = 0
  let remaining = 1
  for (let values = 0; ; values++) {
    while (remaining === 0) {
      const outer = openValues.pop()
      if (outer === undefined) return position === body.length ? undefined : 'bytes after the end'
      remaining = outer
    }
    if (values === maxValues) return `more than ${maxValues} values`
    remaining--
    const head = body[position]
    if (head === undefined) return 'truncated'
    const following = bytesAfterHead(head)
    if (following < 0) return 'a byte that MessagePack never uses'
    const end = position + 1 + following
    if (end > body.length) return 'truncated'
    position = end + payloadBytes(body, position, head)
    if (position > body.length) return 'truncated'
    const inner = innerValues(body, end - following, head)
    if (inner === 0) continue
    // Every value takes at least a byte: a count beyond what is left can only be a lie.
    if (inner > body.length - position) return 'truncated'
    if (openValues.push(remaining) > maxDepth) return `nested deeper than ${maxDepth}`
    remaining = inner
  }
}

function bytesAfterHead(head: number): number {
  if (head < 0xc0 || head > 0xdf) return 0
  return fixedBytes[head - 0xc0] ?? -1
}

/** Length of a string, binary or extension, whose own length field was counted already. */
function payloadBytes(body: Uint8Array, at: number, head: number): number {
  if (head >= 0xa0 && head <= 0xbf) return head & 0x1f
  if (head === 0xd9 || head === 0xc4) return unsigned(body, at + 1, 1)
  if (head === 0xda || head === 0xc5) return unsigned(body, at + 1, 2)
  if (head === 0xdb || head === 0xc6) return unsigned(body, at + 1, 4)
  // An extension has one byte of type after its length.
  if (head >= 0xc7 && head <= 0xc9) return unsigned(body, at + 1, 1 << (head - 0xc7)) + 1
  return 0
}

function innerValues(body: Uint8Array, lengthAt: number, head: number): number {
  if (head >= 0x80 && head <= 0x8f) return 2 * (head & 0x0f)
  if (head >= 0x90 && head <= 0x9f) return head & 0x0f
  if (head === 0xdc) return unsigned(body, lengthAt, 2)
  if (head === 0xdd) return unsigned(body, lengthAt, 4)
  if (head === 0xde) return 2 * unsigned(body, lengthAt, 2)
  if (head === 0xdf) return 2 * unsigned(body, lengthAt, 4)
  return 0
}

function unsigned(body: Uint8Array, at: number, bytes: number): number {
  let value = 0
  for (let offset = 0; offset < bytes; offset++) value = value * 256 + (body[at + offset] ?? 0)
  return value
}

/**
 * Reads the named float tensors out of an .onnx file, which is a protobuf message: ModelProto.graph = 7,
 * GraphProto.initializer = 5, TensorProto.name = 8 and .raw_data = 9 (onnx/onnx.proto). Nothing else is looked at.
 */
export function readFloatTensors(file: Uint8Array): Map<string, Float64Array> {
  const tensors = new Map<string, Float64Array>()
  for (const graph of parts(file, 7))
    for (const tensor of parts(graph, 5)) {
      const [name] = parts(tensor, 8)
      const [raw] = parts(tensor, 9)
      if (name && raw) tensors.set(new TextDecoder().decode(name), toNumbers(raw))
    }
  return tensors
}

function toNumbers(raw: Uint8Array): Float64Array {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  return Float64Array.from({ length: raw.byteLength >> 2 }, (_, index) => view.getFloat32(index * 4, true))
}

/** The length-delimited values of one field, in order. */
function* parts(message: Uint8Array, field: number): Generator<Uint8Array> {
  let at = 0
  while (at < message.length) {
    const key = readVarint(message, at)
    const wireType = key.value & 7
    const start = wireType === 2 ? readVarint(message, key.end) : { value: 0, end: key.end }
    const end = start.end + (wireType === 2 ? start.value : fixedLength(message, key.end, wireType))
    if (wireType === 2 && key.value >>> 3 === field) yield message.subarray(start.end, end)
    at = end
  }
}

function fixedLength(message: Uint8Array, at: number, wireType: number): number {
  if (wireType === 0) return readVarint(message, at).end - at
  if (wireType === 1) return 8
  if (wireType === 5) return 4
  throw new RangeError(`not a protobuf message: wire type ${wireType}`)
}

/** Base 128, low digits first. By multiplication: lengths may exceed what bit operators hold. */
function readVarint(message: Uint8Array, at: number): { value: number; end: number } {
  let [value, scale, end] = [0, 1, at]
  for (;;) {
    const byte = message[end]
    if (byte === undefined) throw new RangeError('not a protobuf message: it ends within a number')
    value += (byte & 0x7f) * scale
    scale *= 0x80
    end += 1
    if (byte < 0x80) return { value, end }
  }
}

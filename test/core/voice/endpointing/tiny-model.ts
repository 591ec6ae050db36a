import { writeFile } from 'node:fs/promises'

/**
 * An .onnx file in the shape of Smart Turn: 80 × 800 features in, one probability out. It answers with the sigmoid of
 * their mean, so that a loud sound is more of an end than silence.
 */
export async function writeTinyModel(file: string): Promise<void> {
  const graph = [
    bytes(1, [...text(1, 'input_features'), ...text(2, 'mean'), ...text(4, 'ReduceMean'), ...bytes(5, axes)]),
    bytes(1, [...text(1, 'mean'), ...text(2, 'logits'), ...text(4, 'Sigmoid')]),
    text(2, 'tiny'),
    bytes(11, [...text(1, 'input_features'), ...bytes(2, tensorType([1, 80, 800]))]),
    bytes(12, [...text(1, 'logits'), ...bytes(2, tensorType([1, 1, 1]))]),
  ]
  const opset = bytes(8, [...text(1, ''), ...number(2, 13)])
  await writeFile(file, Uint8Array.from([...number(1, 8), ...bytes(7, graph.flat()), ...opset]))
}

const axes = [...text(1, 'axes'), ...number(8, 1), ...number(8, 2), ...number(20, 7)]

function tensorType(dimensions: readonly number[]): number[] {
  const shape = dimensions.flatMap((size) => bytes(1, number(1, size)))
  return bytes(1, [...number(1, 1), ...bytes(2, shape)])
}

/** Fields of onnx.proto: a length and what it counts, or a number. */
function bytes(field: number, content: readonly number[]): number[] {
  return [...varint(field * 8 + 2), ...varint(content.length), ...content]
}

function text(field: number, value: string): number[] {
  return bytes(field, [...new TextEncoder().encode(value)])
}

function number(field: number, value: number): number[] {
  return [...varint(field * 8), ...varint(value)]
}

function varint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]
}

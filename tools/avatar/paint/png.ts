import { crc32, deflateSync } from 'node:zlib'
import type { Canvas } from './canvas.ts'

/** PNG, 8-bit RGBA (or RGB where nothing is transparent), each row with the filter that leaves the least. */
export function encodePng(canvas: Canvas): Uint8Array {
  const pixels = canvas.toBytes()
  const isOpaque = pixels.every((value, index) => index % 4 !== 3 || value === 255)
  const channels = isOpaque ? 3 : 4
  const packed = isOpaque ? pixels.filter((_, index) => index % 4 !== 3) : pixels
  const header = Buffer.alloc(13)
  header.writeUInt32BE(canvas.width, 0)
  header.writeUInt32BE(canvas.height, 4)
  header.set([8, isOpaque ? 2 : 6, 0, 0, 0], 8)
  const rows = filterRows(packed, canvas.width * channels, channels)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}

function filterRows(pixels: Uint8Array, rowBytes: number, step: number): Buffer {
  const rows: Uint8Array[] = []
  let above: Uint8Array = new Uint8Array(rowBytes)
  for (let start = 0; start < pixels.length; start += rowBytes) {
    const row = pixels.subarray(start, start + rowBytes)
    rows.push(cheapest([0, 1, 2, 4].map((filter) => filterRow(filter, row, above, step))))
    above = row
  }
  return Buffer.concat(rows)
}

function filterRow(filter: number, row: Uint8Array, above: Uint8Array, step: number): Uint8Array {
  const filtered = new Uint8Array(row.length + 1)
  filtered[0] = filter
  for (let index = 0; index < row.length; index++) {
    const left = row[index - step] ?? 0
    const up = above[index] ?? 0
    filtered[index + 1] = (row[index] ?? 0) - predict(filter, left, up, above[index - step] ?? 0)
  }
  return filtered
}

/** PNG specification, 9.2: none, sub, up, Paeth. */
function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 1) return left
  if (filter === 2) return up
  if (filter === 0) return 0
  const guess = left + up - upLeft
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)]
  if (a <= b && a <= c) return left
  return b <= c ? up : upLeft
}

function cheapest(candidates: readonly Uint8Array[]): Uint8Array {
  const cost = (row: Uint8Array): number => row.reduce((sum, value) => sum + Math.min(value, 256 - value), 0)
  return candidates.reduce((best, row) => (cost(row) < cost(best) ? row : best))
}

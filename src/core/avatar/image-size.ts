export interface ImageSize {
  readonly format: 'PNG' | 'JPEG' | 'WebP'
  readonly width: number
  readonly height: number
}

/** Reads the size of a picture from its first bytes; undefined where they are of no format that is known. */
export function readImageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return readPng(view) ?? readJpeg(view) ?? readWebp(view)
}

const text = (view: DataView, at: number, length: number): string =>
  String.fromCharCode(...Array.from({ length }, (_, index) => view.getUint8(at + index)))

function readPng(view: DataView): ImageSize | undefined {
  if (view.byteLength < 24 || view.getUint32(0) !== 0x89504e47 || text(view, 12, 4) !== 'IHDR')
    return undefined
  return { format: 'PNG', width: view.getUint32(16), height: view.getUint32(20) }
}

/** Walks over the segments to the frame header (ITU T.81, B.2.2). */
function readJpeg(view: DataView): ImageSize | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { format: 'JPEG', height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    // Fill bytes come before a marker; segments carry their own length.
    at += marker === 0xff ? 1 : 2 + Math.max(2, view.getUint16(at + 2))
  }
  return undefined
}

/** RIFF container: VP8X, VP8L or VP8 comes first. */
function readWebp(view: DataView): ImageSize | undefined {
  if (view.byteLength < 30 || text(view, 0, 4) !== 'RIFF' || text(view, 8, 4) !== 'WEBP') return undefined
  const three = (at: number): number => view.getUint8(at) | (view.getUint16(at + 1, true) << 8)
  const kind = text(view, 12, 4)
  if (kind === 'VP8X') return { format: 'WebP', width: 1 + three(24), height: 1 + three(27) }
  if (kind === 'VP8 ')
    return {
      format: 'WebP',
      width: view.getUint16(26, true) & 0x3fff,
      height: view.getUint16(28, true) & 0x3fff,
    }
  if (kind !== 'VP8L') return undefined
  const packed = view.getUint32(21, true)
  return { format: 'WebP', width: 1 + (packed & 0x3fff), height: 1 + ((packed >>> 14) & 0x3fff) }
}

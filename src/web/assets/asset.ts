import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

/** A file for browsers, compressed once. */
export interface Asset {
  readonly contentType: string
  /** False for a stand-in that must be asked for again. */
  readonly isLasting: boolean
  readonly identity: Uint8Array<ArrayBuffer>
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer>
}

export async function createAsset(text: string, contentType: string, isLasting = true): Promise<Asset> {
  const [gzipped, br] = await Promise.all([
    gzipAsync(text, { level: 9 }),
    brotliAsync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  ])
  return {
    contentType,
    isLasting,
    identity: new TextEncoder().encode(text),
    gzip: new Uint8Array(gzipped),
    br: new Uint8Array(br),
  }
}

/** The best form that an Accept-Encoding header allows. Our headers are `br, gzip`; weights are not worth reading. */
export function chooseEncoding(accepted: string | undefined): 'br' | 'gzip' | 'identity' {
  const names = (accepted ?? '').split(',').map((part) => part.trim().split(';')[0]?.trim().toLowerCase())
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : 'identity'
}

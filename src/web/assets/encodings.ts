import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { chooseEncoding } from './asset.ts'

const gzipAsync = promisify(gzip)
const brotliAsync = promisify(brotliCompress)

type Encoding = ReturnType<typeof chooseEncoding>
type Bytes = Uint8Array<ArrayBuffer>

/**
 * A file in the forms that browsers take, each made when it is first asked for. Brotli at its best takes seconds for the
 * large modules, so the first visitor gets a quick form while the best one is made and kept in `cacheDir`.
 */
export class Encodings {
  readonly #source: () => Bytes
  readonly #cacheDir: string
  readonly #made = new Map<Encoding, Promise<Bytes>>()
  #best: Promise<void> | undefined

  constructor(source: () => Bytes, cacheDir: string) {
    this.#source = source
    this.#cacheDir = cacheDir
  }

  async get(encoding: Encoding): Promise<Bytes> {
    if (encoding === 'identity') return this.#source()
    const before = this.#made.get(encoding)
    if (before !== undefined) return await before
    const making = encoding === 'gzip' ? gzipAsync(this.#source()).then(own) : this.#quickest()
    this.#made.set(encoding, making)
    return await making
  }

  /** Resolves when nothing better will come. */
  get settled(): Promise<void> {
    return this.#best ?? Promise.resolve()
  }

  async #quickest(): Promise<Bytes> {
    const source = this.#source()
    const path = join(this.#cacheDir, `${createHash('sha256').update(source).digest('hex').slice(0, 24)}.br`)
    const kept = await readFile(path).then(own, () => undefined)
    if (kept !== undefined) return kept
    this.#best ??= this.#improve(source, path)
    return await brotli(source, quick)
  }

  async #improve(source: Bytes, path: string): Promise<void> {
    const best = await brotli(source, constants.BROTLI_MAX_QUALITY)
    this.#made.set('br', Promise.resolve(best))
    // A folder that cannot be written costs the next start a few seconds of a processor, nothing more.
    await keep(path, best).catch(() => undefined)
  }
}

const quick = 5

async function brotli(source: Bytes, quality: number): Promise<Bytes> {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: quality,
    [constants.BROTLI_PARAM_SIZE_HINT]: source.length,
  }
  return own(await brotliAsync(source, { params }))
}

async function keep(path: string, bytes: Bytes): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.${process.pid}`
  await writeFile(unfinished, bytes)
  await rename(unfinished, path)
}

function own(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes)
}

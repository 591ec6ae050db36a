import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'

/** The hash is also what an avatar's address cannot be guessed by. */
const avatarName = /^[0-9a-f]{64}$/

/** Where `overlay-routes.ts` serves it; motions are served there, too. */
export const avatarUrl = (name: string) => `/stage/avatars/${name}.vrm`

export interface StoredAvatar {
  readonly bytes: number
  open(): ReadableStream<Uint8Array<ArrayBuffer>>
}

/**
 * Uploaded avatars and motions as files named by their SHA-256 in DATA_DIR/avatars. Files and not the database: they are tens of
 * megabytes, are streamed, and are the same for ever. Several web processes share the folder as a volume.
 */
export class AvatarStore {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'avatars')
  }

  /** The name to keep. */
  async add(bytes: Uint8Array): Promise<string> {
    const name = createHash('sha256').update(bytes).digest('hex')
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    const unfinished = join(this.#folder, `${name}.${process.pid}`)
    await writeFile(unfinished, bytes, { mode: 0o600 })
    await rename(unfinished, this.#path(name))
    return name
  }

  async find(name: string): Promise<StoredAvatar | undefined> {
    if (!avatarName.test(name)) return undefined
    const path = this.#path(name)
    const found = await stat(path).catch(() => undefined)
    if (!found?.isFile()) return undefined
    return {
      bytes: found.size,
      open: () => Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array<ArrayBuffer>>,
    }
  }

  async remove(name: string): Promise<void> {
    if (avatarName.test(name)) await rm(this.#path(name), { force: true })
  }

  #path(name: string): string {
    return join(this.#folder, `${name}.vrm`)
  }
}

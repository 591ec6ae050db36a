import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { deriveKey } from './derive-key.ts'

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

export interface Sealed {
  /** Names the key without telling anything of it, so that a changed secret is noticed and not mistaken for damage. */
  readonly keyId: string
  readonly sealed: string
}

/** What was sealed with another key, for another row, or damaged. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError'
  readonly keyId: string
  constructor(keyId: string, reason: string) {
    super(`a sealed value cannot be opened: ${reason}`)
    this.keyId = keyId
  }
}

/**
 * Keeps secrets at rest: AES-256-GCM under a key of SESSION_SECRET. `row` says where a value belongs and is
 * authenticated with it, so that one moved to another row does not open.
 */
export class Sealer {
  readonly #key: Buffer
  readonly keyId: string

  constructor(secret: string) {
    this.#key = deriveKey(secret, 'tokens at rest')
    this.keyId = createHash('sha256').update(this.#key).digest('hex').slice(0, 12)
  }

  seal(text: string, row: string): Sealed {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv(algorithm, this.#key, iv).setAAD(Buffer.from(row))
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    const sealed = Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')
    return { keyId: this.keyId, sealed }
  }

  /** @throws UnsealError */
  open({ keyId, sealed }: Sealed, row: string): string {
    if (keyId !== this.keyId) throw new UnsealError(keyId, 'another key made it')
    const bytes = Buffer.from(sealed, 'base64url')
    try {
      const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes))
        .setAAD(Buffer.from(row))
        .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
      return Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()]).toString()
    } catch {
      throw new UnsealError(keyId, 'it was changed, or belongs elsewhere')
    }
  }
}

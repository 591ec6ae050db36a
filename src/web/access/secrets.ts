import { createHash, createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from '#core/secrets/derive-key.ts'

/** 256 bits, 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** What is stored of a secret. It is random, so a plain hash is enough. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The same under a key of SESSION_SECRET: with another secret nothing that was stored fits any more. */
export function keyedHash(secret: string, purpose: string): (value: string) => string {
  const key = deriveKey(secret, purpose)
  return (value) => createHmac('sha256', key).update(value).digest('hex')
}

import { hkdfSync } from 'node:crypto'

export const keyBytes = 32

/** One secret, as many independent keys as there are purposes: HKDF of RFC 5869 with SHA-256. */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, 'companions', purpose, keyBytes))
}

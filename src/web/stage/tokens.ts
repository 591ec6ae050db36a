import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

/** 160 bits in letters that survive being copied by hand: base32 of RFC 4648, lower case. */
export function newToken(): string {
  return base32(randomBytes(20))
}

/** What the address of an overlay begins with; not a secret. */
export function newOverlayName(): string {
  return base32(randomBytes(10))
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export function isToken(token: string, hash: string): boolean {
  const given = Buffer.from(hashToken(token), 'hex')
  const kept = Buffer.from(hash, 'hex')
  return kept.length === given.length && timingSafeEqual(given, kept)
}

const letters = 'abcdefghijklmnopqrstuvwxyz234567'

function base32(bytes: Uint8Array): string {
  let text = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    for (bits += 8; bits >= 5; bits -= 5) text += letters[(value >> (bits - 5)) & 31]
  }
  return text
}

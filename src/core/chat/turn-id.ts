import { createHash } from 'node:crypto'
import type { Author } from '#core/protocol/chat.ts'

/**
 * The id of the turn that a platform message asks for: 26 characters of `a-z2-7`. The same message always has the same
 * turn id, in every process, so a repeated delivery is recognised before anything was stored.
 */
export function turnIdOf(author: Pick<Author, 'platform' | 'platformUserId'>, messageId: string): string {
  const digest = createHash('sha256')
    .update(`${author.platform}\n${author.platformUserId}\n${messageId}`)
    .digest()
  return base32(digest).slice(0, 26)
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 section 6 in lower case, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const quintets = bits.match(/.{1,5}/g) ?? []
  return quintets.map((quintet) => alphabet.charAt(Number.parseInt(quintet.padEnd(5, '0'), 2))).join('')
}

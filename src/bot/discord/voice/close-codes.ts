import { strings } from '../strings.ts'

/**
 * Close codes of voice servers after which joining again is wrong or useless, with what to say
 * (developers/topics/opcodes-and-status-codes.mdx, "Voice Close Event Codes").
 */
const finalCodes: Readonly<Record<number, string>> = {
  4004: strings.callRefused,
  4011: strings.callRefused,
  4014: strings.callDisconnected,
  4017: strings.callNeedsEncryption,
  4021: strings.callRateLimited,
  4022: strings.callEnded,
}

/** The sentence for people when this is the end of the call; undefined when it may be joined again. */
export function finalSentence(code: number): string | undefined {
  return finalCodes[code]
}

/** Somebody disconnected or moved us, or the channel is gone; a move is followed by another voice server. */
export const disconnectedCode = 4_014

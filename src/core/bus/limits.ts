import { maxMessageBytes } from '#core/protocol/codec.ts'
import { MessageTooLargeError } from './errors.ts'

/** How many unfinished items one subject, so one user, may have. */
export const defaultLaneLimit = 20

/** How many messages a subscriber may be behind before it loses the oldest. */
export const defaultCapacity = 1_024

/** How long a handler may take to stop after it was told to; then its item is handed back over its head. */
export const handBackMs = 5_000

/** The broker counts headers as part of the message; this much is left for them. */
const headerBytes = 16_384

/** @throws MessageTooLargeError */
export function checkSize(body: Uint8Array): void {
  const limit = maxMessageBytes - headerBytes
  if (body.byteLength > limit) throw new MessageTooLargeError(body.byteLength, limit)
}

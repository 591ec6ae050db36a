import type { Msg } from '@nats-io/transport-node'
import type { HeldItem } from './held-items.ts'
import { fromNatsHeaders } from './nats-headers.ts'

/**
 * Reads what the broker says about a delivery from its reply subject, `$JS.ACK.<stream>.<consumer>.<delivered>.<stream
 * sequence>.…`, with `<domain>.<account>` after `ACK` where a broker uses domains (ADR-15).
 */
export function toHeldItem(message: Msg): HeldItem | undefined {
  const tokens = message.reply?.split('.') ?? []
  if (tokens.length === 9) tokens.splice(2, 0, '_', '')
  const deliveryCount = Number(tokens[6])
  const sequence = Number(tokens[7])
  if (message.reply === undefined || !Number.isInteger(deliveryCount) || !Number.isInteger(sequence))
    return undefined
  return {
    subject: message.subject,
    sequence,
    id: message.headers?.get('Nats-Msg-Id') || `sequence-${sequence}`,
    body: message.data,
    headers: fromNatsHeaders(message.headers),
    deliveryCount,
    reply: message.reply,
    heldSinceMs: performance.now(),
    phase: 'waiting',
    isChecking: false,
  }
}

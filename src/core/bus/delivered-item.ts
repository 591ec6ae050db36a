import type { StoredMsg } from '@nats-io/jetstream'
import type { Msg, MsgHdrs } from '@nats-io/transport-node'
import type { HeldItem } from './held-items.ts'
import { fromNatsHeaders } from './nats-headers.ts'

/**
 * Reads what the broker says about a delivery from its reply subject, `$JS.ACK.<stream>.<consumer>.<delivered>.<stream
 * sequence>.…`, with `<domain>.<account>` after `ACK` where a broker uses domains (ADR-15).
 */
export function toHeldItem(message: Msg, epoch: number): HeldItem | undefined {
  const tokens = message.reply?.split('.') ?? []
  if (tokens.length === 9) tokens.splice(2, 0, '_', '')
  const deliveryCount = Number(tokens[6])
  const sequence = Number(tokens[7])
  if (message.reply === undefined || !Number.isInteger(deliveryCount) || !Number.isInteger(sequence))
    return undefined
  const { subject, data, headers, reply } = message
  return { ...heldItem(subject, sequence, data, headers), deliveryCount, reply, epoch }
}

/** An item that this process takes because the broker has it but delivers it to nobody. */
export function takenItem({ subject, seq, data, header }: StoredMsg, epoch: number): HeldItem {
  return { ...heldItem(subject, seq, data, header), deliveryCount: 2, reply: undefined, epoch }
}

function heldItem(subject: string, sequence: number, body: Uint8Array, headers: MsgHdrs | undefined) {
  return {
    subject,
    sequence,
    id: idOf(headers, sequence),
    body,
    headers: fromNatsHeaders(headers),
    heldSinceMs: performance.now(),
    phase: 'waiting',
    isChecking: false,
  } as const
}

/** Everything that this bus enqueues has an id; what somebody else put into the queue goes by its sequence. */
export function idOf(headers: MsgHdrs | undefined, sequence: number): string {
  return headers?.get('Nats-Msg-Id') || `sequence-${sequence}`
}

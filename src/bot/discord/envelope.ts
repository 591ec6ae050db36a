import { randomUUID } from 'node:crypto'
import { protocolVersion } from '#core/protocol/envelope.ts'

/** What every message on the bus carries; a turn's messages share its id. */
export function envelope(turnId: string, at = Date.now()) {
  return { v: protocolVersion, id: randomUUID(), at, correlationId: turnId } as const
}

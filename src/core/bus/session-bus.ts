import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { decodeMessage, encodeMessage } from '#core/protocol/codec.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { SessionsEnded, sessionsEndedSubject } from '#core/protocol/session.ts'
import type { SessionId } from '#core/store/ids.ts'
import type { Bus } from './bus.ts'

const atOnce = 1_000

/** Tells every web process, this one as well. Who misses it finds out by looking into the database. */
export function announceSessionsEnded(bus: Bus, ids: readonly SessionId[]): void {
  for (let from = 0; from < ids.length; from += atOnce) {
    const id = randomUUID()
    const sessionIds = ids.slice(from, from + atOnce)
    const message = { v: protocolVersion, id, at: Date.now(), correlationId: id, sessionIds } as const
    bus.publish(sessionsEndedSubject, encodeMessage({ ...message, type: 'session.ended' }))
  }
}

/** Calls back for each session that ends anywhere, until the signal aborts. */
export async function onSessionsEnded(
  bus: Bus,
  onEnded: (ids: readonly string[]) => void,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  for await (const { body } of bus.subscribe(sessionsEndedSubject, options)) {
    const decoded = decodeMessage(body, union)
    if (decoded.kind === 'message') onEnded(decoded.message.sessionIds)
  }
}

const union = z.discriminatedUnion('type', [SessionsEnded])

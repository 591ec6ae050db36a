import { GatewayCloseCodes } from 'discord-api-types/v10'
import { z } from 'zod'
import type { GatewayConnection } from './connection.ts'
import type { GatewayState } from './gateway-state.ts'
import { dispatchTo } from './publish.ts'
import type { GatewaySession, SentDispatch } from './session.ts'
import { attach, invalidSession, livingSessions } from './sessions.ts'

const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() })

/** Op 6: replays what was missed and ends with RESUMED, or answers op 9 so that the bot identifies again. */
export function resume(
  gateway: GatewayState,
  connection: GatewayConnection,
  d: unknown,
): GatewayCloseCodes | undefined {
  const wanted = Resume.safeParse(d)
  if (!wanted.success) return GatewayCloseCodes.DecodeError
  const { token, session_id: sessionId, seq } = wanted.data
  if (token !== gateway.discord.token) return GatewayCloseCodes.AuthenticationFailed
  const session = livingSessions(gateway).find(({ id }) => id === sessionId)
  if (session !== undefined && seq > session.seq) return GatewayCloseCodes.InvalidSeq
  const missed = session?.missedAfter(seq)
  if (session === undefined || missed === undefined) invalidSession(gateway, connection, sessionId, false)
  else replay(gateway, connection, session, missed)
  return undefined
}

function replay(
  gateway: GatewayState,
  connection: GatewayConnection,
  session: GatewaySession,
  missed: SentDispatch[],
): void {
  // A session has one connection; the bot gave up the old one, which may not be noticed here yet.
  session.connection?.end(GatewayCloseCodes.UnknownError)
  for (const dispatch of missed) connection.send(dispatch)
  gateway.discord.ledger.append({
    type: 'gateway.resumed',
    connection: connection.number,
    sessionId: session.id,
    afterSeq: session.seq - missed.length,
    replayed: missed.length,
  })
  attach(gateway, session, connection)
  dispatchTo(gateway, session, { t: 'RESUMED', d: { _trace: [] } })
}

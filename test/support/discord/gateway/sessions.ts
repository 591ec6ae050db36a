import { GatewayOpcodes } from 'discord-api-types/v10'
import type { GatewayConnection } from './connection.ts'
import type { GatewayState } from './gateway-state.ts'
import type { GatewaySession } from './session.ts'

/** Sessions that are connected or can still be resumed; the others are forgotten here. */
export function livingSessions({ sessions, discord, options }: GatewayState): GatewaySession[] {
  const lostBefore = discord.clock.now() - options.sessionLifeMs
  for (const { id, lostAt } of sessions.values()) {
    if (lostAt !== undefined && lostAt < lostBefore) sessions.delete(id)
  }
  return [...sessions.values()]
}

/** Joins a session and its (new) connection, and notes it when a shard has two live ones. */
export function attach(gateway: GatewayState, session: GatewaySession, connection: GatewayConnection): void {
  session.connection = connection
  session.lostAt = undefined
  connection.session = session
  const [shard] = session.shard
  const live = [...gateway.sessions.values()].filter((s) => s.shard[0] === shard && s.connection?.isOpen)
  if (live.length < 2) return
  gateway.discord.ledger.append({ type: 'gateway.overlap', shard, sessionIds: live.map(({ id }) => id) })
}

/** Op 9. With `resumable` the bot should resume; else it must identify anew. */
export function invalidSession(
  { sessions, discord }: GatewayState,
  connection: GatewayConnection,
  sessionId: string,
  resumable: boolean,
): void {
  if (!resumable) sessions.delete(sessionId)
  const { number } = connection
  discord.ledger.append({ type: 'gateway.session-refused', connection: number, sessionId, resumable })
  connection.send({ op: GatewayOpcodes.InvalidSession, d: resumable })
}

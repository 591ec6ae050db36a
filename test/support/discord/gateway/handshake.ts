import {
  type ApplicationFlags,
  GatewayCloseCodes,
  GatewayOpcodes,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { shardOf } from '../snowflakes.ts'
import { toGuildCreate } from '../state/guild-payload.ts'
import type { GuildRecord } from '../state/records.ts'
import type { GatewayConnection } from './connection.ts'
import type { GatewayState } from './gateway-state.ts'
import { areValid, isWanted, privilegedIntents } from './intents.ts'
import { dispatchTo } from './publish.ts'
import { GatewaySession, type SentDispatch } from './session.ts'

const Identify = z.object({
  token: z.string(),
  intents: z.number(),
  shard: z.tuple([z.number().int(), z.number().int()]).default([0, 1]),
})
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number().int() })

/** Op 2: checks it and answers with READY and the guilds, or closes with the code that says why. */
export function identify(
  gateway: GatewayState,
  connection: GatewayConnection,
  d: unknown,
): GatewayCloseCodes | undefined {
  if (connection.session !== undefined) return GatewayCloseCodes.AlreadyAuthenticated
  const wanted = Identify.safeParse(d)
  if (!wanted.success) return GatewayCloseCodes.DecodeError
  const refusal = refusalOf(gateway, wanted.data)
  if (refusal !== undefined) return refusal
  if (mayIdentifyNow(gateway, wanted.data.shard[0])) begin(gateway, connection, wanted.data)
  else invalidSession(gateway, connection, '', false)
  return undefined
}

function refusalOf({ discord, options }: GatewayState, { token, intents, shard }: z.infer<typeof Identify>) {
  const [id, count] = shard
  if (token !== discord.token) return GatewayCloseCodes.AuthenticationFailed
  if (!areValid(intents)) return GatewayCloseCodes.InvalidIntents
  if ((intents & privilegedIntents & ~options.approvedIntents) !== 0)
    return GatewayCloseCodes.DisallowedIntents
  if (id < 0 || id >= count) return GatewayCloseCodes.InvalidShard
  const ofShard = joinedGuilds(discord).filter((guild) => shardOf(guild.id, count) === id)
  // "Each shard can only support a maximum of 2500 guilds" (gateway.mdx, "Sharding")
  return ofShard.length > 2_500 ? GatewayCloseCodes.ShardingRequired : undefined
}

/** `max_concurrency` identifies per 5 s; more get op 9 (gateway.mdx, "Rate Limiting"). */
function mayIdentifyNow({ discord, options, identified }: GatewayState, shard: number): boolean {
  const at = discord.clock.now()
  const bucket = shard % options.maxConcurrency
  const isTooSoon = identified.some((earlier) => earlier.bucket === bucket && earlier.at > at - 5_000)
  identified.push({ at, bucket })
  return !(options.limitsIdentify && isTooSoon)
}

function begin(
  gateway: GatewayState,
  connection: GatewayConnection,
  { intents, shard }: z.infer<typeof Identify>,
): void {
  const { discord } = gateway
  const session = new GatewaySession(discord.newId(), shard, intents)
  gateway.sessions.set(session.id, session)
  attach(gateway, session, connection)
  const { number } = connection
  discord.ledger.append({
    type: 'gateway.identified',
    connection: number,
    sessionId: session.id,
    shard: shard[0],
    intents,
  })
  const guilds = joinedGuilds(discord).filter(({ id }) => shardOf(id, shard[1]) === shard[0])
  dispatchTo(gateway, session, { t: 'READY', d: ready(gateway, session, guilds) })
  if (!isWanted('GUILD_CREATE', false, intents)) return
  for (const guild of guilds)
    dispatchTo(gateway, session, { t: 'GUILD_CREATE', d: toGuildCreate(discord, guild) })
}

function ready(
  { discord }: GatewayState,
  session: GatewaySession,
  guilds: GuildRecord[],
): GatewayReadyDispatchData {
  return {
    v: 10,
    user: discord.bot,
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    // Its own path, so that a test can tell whether the bot used it.
    resume_gateway_url: `${discord.origin.replace('http', 'ws')}/resume`,
    shard: [...session.shard],
    application: { id: discord.bot.id, flags: 0 as ApplicationFlags, flags_new: '0' },
  }
}

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
  const session = livingSession(gateway, sessionId)
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
  // A session has one connection: the one that the bot gave up may not have noticed yet.
  session.connection?.end(GatewayCloseCodes.UnknownError)
  for (const dispatch of missed) connection.send(dispatch)
  attach(gateway, session, connection)
  gateway.discord.ledger.append({
    type: 'gateway.resumed',
    connection: connection.number,
    sessionId: session.id,
    afterSeq: session.seq - missed.length,
    replayed: missed.length,
  })
  dispatchTo(gateway, session, { t: 'RESUMED', d: { _trace: [] } })
}

function livingSession({ sessions, discord, options }: GatewayState, id: string): GatewaySession | undefined {
  const session = sessions.get(id)
  const isExpired =
    session?.lostAt !== undefined && discord.clock.now() - session.lostAt > options.sessionLifeMs
  if (isExpired) sessions.delete(id)
  return isExpired ? undefined : session
}

function attach(gateway: GatewayState, session: GatewaySession, connection: GatewayConnection): void {
  session.connection = connection
  session.lostAt = undefined
  connection.session = session
  const live = [...gateway.sessions.values()].filter(
    (s) => s.connection?.isOpen && s.shard[0] === session.shard[0],
  )
  if (live.length < 2) return
  gateway.discord.ledger.append({
    type: 'gateway.overlap',
    shard: session.shard[0],
    sessionIds: live.map(({ id }) => id),
  })
}

/** Op 9. With `resumable` the bot should resume; else it must identify anew. */
export function invalidSession(
  gateway: GatewayState,
  connection: GatewayConnection,
  sessionId: string,
  resumable: boolean,
): void {
  if (!resumable) gateway.sessions.delete(sessionId)
  gateway.discord.ledger.append({
    type: 'gateway.session-refused',
    connection: connection.number,
    sessionId,
    resumable,
  })
  connection.send({ op: GatewayOpcodes.InvalidSession, d: resumable })
}

function joinedGuilds(discord: GatewayState['discord']): GuildRecord[] {
  return [...discord.guilds.values()].filter((guild) => guild.members.has(discord.bot.id))
}

import {
  type ApplicationFlags,
  GatewayCloseCodes,
  type GatewayReadyDispatchData,
} from 'discord-api-types/v10'
import { z } from 'zod'
import { shardOf } from '../snowflakes.ts'
import { toGuildCreate } from '../state/guild-payload.ts'
import type { GuildRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import type { GatewayConnection } from './connection.ts'
import { type GatewayState, identifiedToday } from './gateway-state.ts'
import { areValid, isWanted, privilegedIntents } from './intents.ts'
import { dispatchTo } from './publish.ts'
import { GatewaySession } from './session.ts'
import { attach, invalidSession } from './sessions.ts'

const Identify = z.object({
  token: z.string(),
  intents: z.number(),
  shard: z.tuple([z.number().int(), z.number().int()]).default([0, 1]),
})
type Identify = z.infer<typeof Identify>

/** Op 2: READY and the guilds, op 9 when it comes too soon, or the close code that says what is wrong. */
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

function refusalOf(
  gateway: GatewayState,
  { token, intents, shard }: Identify,
): GatewayCloseCodes | undefined {
  const { discord, options } = gateway
  const [id, count] = shard
  const unapproved = intents & privilegedIntents & ~options.approvedIntents
  // After the last identify of the day the token is reset (gateway.mdx, "Identifying").
  const isSpent = identifiedToday(gateway).length >= options.identifiesPerDay
  if (token !== discord.token || isSpent) return GatewayCloseCodes.AuthenticationFailed
  if (!areValid(intents)) return GatewayCloseCodes.InvalidIntents
  if (unapproved !== 0) return GatewayCloseCodes.DisallowedIntents
  if (id < 0 || id >= count) return GatewayCloseCodes.InvalidShard
  // "Each shard can only support a maximum of 2500 guilds" (gateway.mdx, "Sharding")
  return guildsOf(discord, shard).length > 2_500 ? GatewayCloseCodes.ShardingRequired : undefined
}

/** `max_concurrency` identifies per 5 s; more get op 9 (gateway.mdx, "Rate Limiting"). */
function mayIdentifyNow({ discord, options, identified }: GatewayState, shard: number): boolean {
  const at = discord.clock.now()
  const bucket = shard % options.maxConcurrency
  const isTooSoon = identified.some((earlier) => earlier.bucket === bucket && earlier.at > at - 5_000)
  identified.push({ at, bucket })
  return !(options.limitsIdentify && isTooSoon)
}

function begin(gateway: GatewayState, connection: GatewayConnection, { intents, shard }: Identify): void {
  const { discord, sessions } = gateway
  const session = new GatewaySession(discord.newId(), shard, intents)
  sessions.set(session.id, session)
  const { number } = connection
  discord.ledger.append({
    type: 'gateway.identified',
    connection: number,
    sessionId: session.id,
    shard: shard[0],
    intents,
  })
  attach(gateway, session, connection)
  const guilds = guildsOf(discord, shard)
  dispatchTo(gateway, session, { t: 'READY', d: ready(discord, session, guilds) })
  if (!isWanted('GUILD_CREATE', false, intents)) return
  for (const guild of guilds.filter(({ isAvailable }) => isAvailable)) {
    dispatchTo(gateway, session, { t: 'GUILD_CREATE', d: toGuildCreate(discord, guild) })
  }
}

function ready(
  { bot, origin }: DiscordState,
  session: GatewaySession,
  guilds: GuildRecord[],
): GatewayReadyDispatchData {
  return {
    v: 10,
    user: bot,
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    // A path of its own, so that a test can tell whether the bot used it.
    resume_gateway_url: `${origin.replace('http', 'ws')}/resume`,
    shard: [...session.shard],
    application: { id: bot.id, flags: 0 as ApplicationFlags, flags_new: '0' },
  }
}

function guildsOf({ guilds, bot }: DiscordState, [id, count]: Identify['shard']): GuildRecord[] {
  return [...guilds.values()].filter((guild) => guild.members.has(bot.id) && shardOf(guild.id, count) === id)
}

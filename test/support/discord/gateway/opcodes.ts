import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10'
import { z } from 'zod'
import { toApiMember } from '../state/guild-payload.ts'
import type { GuildRecord, MemberRecord } from '../state/records.ts'
import { askForVoice } from '../voice/join.ts'
import { voiceOf } from '../voice/microphone.ts'
import type { GatewayConnection } from './connection.ts'
import type { GatewayState } from './gateway-state.ts'
import { identify } from './identify.ts'
import { dispatchTo } from './publish.ts'
import { resume } from './resume.ts'
import type { GatewaySession } from './session.ts'

/** What the bot may send (opcodes-and-status-codes.mdx, "Gateway Opcodes"). Returns the close code of a refusal. */
export function handlePayload(
  gateway: GatewayState,
  connection: GatewayConnection,
  op: number,
  d: unknown,
): GatewayCloseCodes | undefined {
  if (op === GatewayOpcodes.Identify) return identify(gateway, connection, d)
  if (op === GatewayOpcodes.Resume) return resume(gateway, connection, d)
  if (op === GatewayOpcodes.Heartbeat) heartbeat(gateway, connection)
  else if (connection.session === undefined) return GatewayCloseCodes.NotAuthenticated
  else if (op === GatewayOpcodes.PresenceUpdate) presence(gateway, d)
  else if (op === GatewayOpcodes.RequestGuildMembers) requestMembers(gateway, connection.session, d)
  else if (op === GatewayOpcodes.VoiceStateUpdate)
    askForVoice(voiceOf(gateway.discord), d, connection.session.id)
  else return GatewayCloseCodes.UnknownOpcode
  return undefined
}

function heartbeat(gateway: GatewayState, connection: GatewayConnection): void {
  connection.lastHeartbeatAt = performance.now()
  if (gateway.acksHeartbeats) connection.send({ op: GatewayOpcodes.HeartbeatAck })
}

const Presence = z.object({ status: z.string() })

function presence({ discord }: GatewayState, d: unknown): void {
  const parsed = Presence.safeParse(d)
  if (parsed.success) discord.ledger.append({ type: 'gateway.presence', status: parsed.data.status })
}

const RequestMembers = z.object({
  guild_id: z.string(),
  query: z.string().optional(),
  limit: z.number().default(0),
  user_ids: z.union([z.string().transform((id) => [id]), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
})

/** Op 8, answered with GUILD_MEMBERS_CHUNK of at most 1000 (gateway-events.mdx, "Request Guild Members"). */
function requestMembers(gateway: GatewayState, session: GatewaySession, d: unknown): void {
  const wanted = RequestMembers.safeParse(d)
  if (!wanted.success) return
  const guild = gateway.discord.guilds.get(wanted.data.guild_id)
  if (guild === undefined) return
  const members = chosen(gateway, session, guild, wanted.data)
  const count = Math.max(1, Math.ceil(members.length / 1_000))
  for (let index = 0; index < count; index += 1) {
    const part = members
      .slice(index * 1_000, (index + 1) * 1_000)
      .map((member) => toApiMember(gateway.discord, member))
    const chunk = { guild_id: guild.id, members: part, chunk_index: index, chunk_count: count, not_found: [] }
    dispatchTo(gateway, session, { t: 'GUILD_MEMBERS_CHUNK', d: { ...chunk, nonce: wanted.data.nonce } })
  }
}

function chosen(
  { discord }: GatewayState,
  session: GatewaySession,
  guild: GuildRecord,
  { user_ids, query, limit }: z.infer<typeof RequestMembers>,
): MemberRecord[] {
  const members = [...guild.members.values()]
  if (user_ids !== undefined) return members.filter(({ userId }) => user_ids.includes(userId))
  // All members at once need the GUILD_MEMBERS intent.
  const mayListAll = (session.intents & GatewayIntentBits.GuildMembers) !== 0
  if (!query) return mayListAll ? members : []
  const named = members.filter(({ userId }) => discord.users.get(userId)?.username.startsWith(query))
  return named.slice(0, limit || 100)
}

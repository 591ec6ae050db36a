import { GatewayIntentBits } from 'discord-api-types/v10'
import { shardOf } from '../snowflakes.ts'
import { withoutContent } from '../state/message-payload.ts'
import { permissionsIn } from '../state/permissions.ts'
import type { DiscordState, Dispatch } from '../state/state.ts'
import type { GatewayState } from './gateway-state.ts'
import { isWanted } from './intents.ts'
import type { GatewaySession } from './session.ts'
import { livingSessions } from './sessions.ts'

/** Gives an event to every session that should have it: its shard, its intents, what the bot may see. */
export function publish(gateway: GatewayState, dispatch: Dispatch): void {
  if (!isVisible(gateway, dispatch)) return
  for (const session of livingSessions(gateway)) {
    if (concerns(session, dispatch)) dispatchTo(gateway, session, dispatch)
  }
}

/** Sends one event to one session, whatever its intents, and writes it into the ledger. */
export function dispatchTo(gateway: GatewayState, session: GatewaySession, { t, d }: Dispatch): void {
  const payload = t.startsWith('MESSAGE_') && !readsContent(session) ? blanked(gateway, t, d) : d
  const sent = session.dispatch(t, payload)
  const id = 'id' in payload && typeof payload.id === 'string' ? payload.id : undefined
  gateway.discord.ledger.append({
    type: 'gateway.dispatched',
    sessionId: session.id,
    seq: session.seq,
    event: t,
    sent,
    id,
  })
}

function concerns(session: GatewaySession, { t, guildId, sessionId }: Dispatch): boolean {
  if (sessionId !== undefined && sessionId !== session.id) return false
  const [shard, count] = session.shard
  return shardOf(guildId, count) === shard && isWantedBy(session, t, guildId)
}

function isWantedBy(session: GatewaySession, t: string, guildId: string | undefined): boolean {
  return isWanted(t, guildId === undefined, session.intents)
}

/** A bot hears only of channels that it may view; interactions come to it from anywhere. */
function isVisible({ discord }: GatewayState, { t, guildId, channelId }: Dispatch): boolean {
  if (t === 'INTERACTION_CREATE') return true
  if (guildId !== undefined && t !== 'GUILD_DELETE' && !isHeard(discord, guildId)) return false
  const channel = channelId === undefined ? undefined : discord.channels.get(channelId)
  return channel === undefined || permissionsIn(discord, channel, discord.bot.id) !== 0n
}

function isHeard({ guilds, bot }: DiscordState, guildId: string): boolean {
  const guild = guilds.get(guildId)
  return guild?.isAvailable === true && guild.members.has(bot.id)
}

const readsContent = (session: GatewaySession) => (session.intents & GatewayIntentBits.MessageContent) !== 0

function blanked({ discord }: GatewayState, t: string, d: object): object {
  return t === 'MESSAGE_CREATE' || t === 'MESSAGE_UPDATE' ? withoutContent(discord, d) : d
}

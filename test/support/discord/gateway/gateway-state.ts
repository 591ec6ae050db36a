import type { DiscordState } from '../state/state.ts'
import type { GatewayConnection } from './connection.ts'
import type { GatewaySession } from './session.ts'

export interface GatewayOptions {
  /** Privileged intents switched on in the portal; identifying with another one closes with 4014. */
  readonly approvedIntents: number
  readonly heartbeatIntervalMs: number
  /** How long a session without a connection can be resumed ("a few minutes", gateway.mdx). */
  readonly sessionLifeMs: number
  readonly recommendedShards: number
  /** Whether two identifies within 5 s get op 9, as at Discord; off so that tests may start bots quickly. */
  readonly limitsIdentify: boolean
  readonly maxConcurrency: number
  readonly identifiesPerDay: number
}

export const defaultGatewayOptions: GatewayOptions = {
  approvedIntents: 0,
  heartbeatIntervalMs: 41_250,
  sessionLifeMs: 3 * 60_000,
  recommendedShards: 1,
  limitsIdentify: false,
  maxConcurrency: 1,
  identifiesPerDay: 1_000,
}

/** What the gateway knows; the functions beside it are its rules. */
export interface GatewayState {
  readonly discord: DiscordState
  readonly options: GatewayOptions
  readonly sessions: Map<string, GatewaySession>
  readonly connections: Set<GatewayConnection>
  readonly identified: { at: number; bucket: number }[]
  /** With false the bot must notice by itself that the connection is dead. */
  acksHeartbeats: boolean
  /** With true new connections are closed at once. */
  refusesConnections: boolean
}

export const dayMs = 86_400_000

/** Identifies of the last 24 hours. */
export function identifiedToday({ identified, discord }: GatewayState): { at: number }[] {
  const since = discord.clock.now() - dayMs
  return identified.filter(({ at }) => at > since)
}

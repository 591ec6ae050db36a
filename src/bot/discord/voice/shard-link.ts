import { type Client, Events, Status } from 'discord.js'
import type { GatewaySessions } from '../gateway/sessions.ts'
import type { VoiceStateRequest } from './worker-messages.ts'

/** The gateway connection that a guild's voice goes over (developers/events/gateway.mdx, "Sharding Formula"). */
function shardOf(guildId: string, shardCount: number): number {
  return Number((BigInt(guildId) >> 22n) % BigInt(Math.max(1, shardCount)))
}

export interface ShardLink {
  /** Until a resume is done, a request to join would be lost. */
  whenReachable(guildId: string, signal: AbortSignal): Promise<void>
  ask(guildId: string, request: VoiceStateRequest['d']): Promise<void>
}

export function openShardLink(client: Client, sessions: GatewaySessions): ShardLink {
  const shardId = (guildId: string) => shardOf(guildId, client.ws.shards.size)
  const isReady = (guildId: string) => client.ws.shards.get(shardId(guildId))?.status === Status.Ready
  return {
    async whenReachable(guildId, signal) {
      while (!isReady(guildId)) await nextChange(client, signal)
    },
    ask: async (guildId, d) => await sessions.send(shardId(guildId), { op: 4, d }),
  }
}

function nextChange(client: Client, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      client.off(Events.ShardReady, settle)
      client.off(Events.ShardResume, settle)
      signal.removeEventListener('abort', settle)
      if (signal.aborted) reject(signal.reason)
      else resolve()
    }
    client.on(Events.ShardReady, settle)
    client.on(Events.ShardResume, settle)
    signal.addEventListener('abort', settle, { once: true })
    if (signal.aborted) settle()
  })
}

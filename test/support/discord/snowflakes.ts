import type { Clock } from './clock.ts'

/** First millisecond of 2015, where Discord's ids begin (developers/reference.mdx, "Snowflakes"). */
const discordEpochMs = 1_420_070_400_000n

/** Makes ids that grow strictly, also within a millisecond and when several guilds are made at once. */
export function createSnowflakes(clock: Clock): () => string {
  let last = 0n
  return () => {
    const earliest = (BigInt(clock.now()) - discordEpochMs) << 22n
    last = earliest > last ? earliest : last + 1n
    return last.toString()
  }
}

/** The shard that receives a guild's events; direct messages have no guild and go to shard 0 (gateway.mdx, "Sharding"). */
export function shardOf(guildId: string | undefined, shardCount: number): number {
  return guildId === undefined ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(shardCount))
}

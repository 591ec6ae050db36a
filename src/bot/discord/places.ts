import { ChannelType, type Client, type REST, Routes } from 'discord.js'
import { z } from 'zod'
import type { Place } from '#core/protocol/chat.ts'
import { RecentMap } from './recent-map.ts'
import { Snowflake } from './snowflake.ts'

const Channel = z.object({ type: z.number(), parent_id: Snowflake.nullish() })
type Channel = z.infer<typeof Channel>

const threadTypes: readonly number[] = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread,
]

/** Tells channels from threads. discord.js knows most; what it does not know (an old thread come to life) is asked for. */
export class Places {
  readonly #client: Client
  readonly #rest: REST
  readonly #asked = new RecentMap<string, Channel>(1_000)

  constructor(client: Client, rest: REST) {
    this.#client = client
    this.#rest = rest
  }

  async find(channelId: string, guildId: string | undefined): Promise<Place> {
    if (guildId === undefined) return { kind: 'dm', id: channelId }
    return placeOf(channelId, guildId, this.#cached(channelId) ?? (await this.#ask(channelId)))
  }

  #cached(channelId: string): Channel | undefined {
    const channel = this.#client.channels.cache.get(channelId)
    if (channel === undefined) return this.#asked.get(channelId)
    return { type: channel.type, parent_id: channel.isThread() ? channel.parentId : null }
  }

  /** Where Discord does not say, it counts as an ordinary channel: only settings of a thread's channel are missed. */
  async #ask(channelId: string): Promise<Channel> {
    try {
      const channel = Channel.parse(await this.#rest.get(Routes.channel(channelId)))
      this.#asked.set(channelId, channel)
      return channel
    } catch {
      return { type: ChannelType.GuildText, parent_id: null }
    }
  }
}

/** The place of a channel of a guild. */
export function placeOf(channelId: string, guildId: string, { type, parent_id: parentId }: Channel): Place {
  if (!threadTypes.includes(type)) return { kind: 'guild', id: channelId, guildId }
  return { kind: 'thread', id: channelId, guildId, ...(parentId ? { parentId } : {}) }
}

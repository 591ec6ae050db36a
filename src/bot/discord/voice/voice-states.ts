import { z } from 'zod'
import { DiscordUser, displayNameOf } from '../messages/incoming.ts'
import { Snowflake } from '../snowflake.ts'

/** What we read of voice states (developers/resources/voice.mdx). */
const Member = z.object({ user: DiscordUser, nick: z.string().nullish() })

const VoiceState = z.object({
  guild_id: Snowflake.optional(),
  channel_id: Snowflake.nullable(),
  user_id: Snowflake,
  member: Member.optional(),
  mute: z.boolean().default(false),
  self_mute: z.boolean().default(false),
  suppress: z.boolean().default(false),
})
type VoiceState = z.infer<typeof VoiceState>

const GuildWithVoice = z.object({
  id: Snowflake,
  voice_states: z.array(VoiceState).default([]),
  members: z.array(Member).default([]),
})

/** Somebody in a voice channel. */
export interface Presence {
  readonly userId: string
  readonly channelId: string
  readonly displayName: string
  readonly isBot: boolean
  readonly isMuted: boolean
  /** In the audience of a stage, or silenced by it. */
  readonly isSuppressed: boolean
}

export interface PresenceChange {
  readonly guildId: string
  readonly userId: string
  readonly before: Presence | undefined
  readonly after: Presence | undefined
}

/** Who is in which voice channel, from what the gateway tells. Only people in calls are kept. */
export class VoiceStates {
  readonly #guilds = new Map<string, Map<string, Presence>>()
  readonly #complete = new Set<string>()

  /** GUILD_CREATE: all that is true now. */
  reset(payload: unknown): string {
    const { id, voice_states, members } = GuildWithVoice.parse(payload)
    const known = new Map(members.map((member) => [member.user.id, member]))
    const present = voice_states.flatMap((state) => {
      const presence = presenceOf({ ...state, member: state.member ?? known.get(state.user_id) })
      return presence ? [[presence.userId, presence] as const] : []
    })
    this.#guilds.set(id, new Map(present))
    this.#complete.add(id)
    return id
  }

  /** VOICE_STATE_UPDATE */
  update(payload: unknown): PresenceChange | undefined {
    const state = VoiceState.parse(payload)
    const { guild_id: guildId, user_id: userId } = state
    if (guildId === undefined) return undefined
    const present = this.#guilds.get(guildId) ?? new Map<string, Presence>()
    const before = present.get(userId)
    const after = presenceOf(state, before)
    if (after) present.set(userId, after)
    else present.delete(userId)
    this.#guilds.set(guildId, present)
    return { guildId, userId, before, after }
  }

  /** Whether we were told who is where; after a session of an earlier process was resumed, only of those who moved. */
  knows(guildId: string): boolean {
    return this.#complete.has(guildId)
  }

  forget(guildId: string): void {
    this.#complete.delete(guildId)
    this.#guilds.delete(guildId)
  }

  find(guildId: string, userId: string): Presence | undefined {
    return this.#guilds.get(guildId)?.get(userId)
  }

  inChannel(guildId: string, channelId: string): Presence[] {
    const present = this.#guilds.get(guildId)?.values() ?? []
    return [...present].filter((presence) => presence.channelId === channelId)
  }
}

function presenceOf(
  { channel_id, user_id: userId, member, mute, self_mute, suppress }: VoiceState,
  before?: Presence,
): Presence | undefined {
  if (channel_id === null) return undefined
  return {
    userId,
    channelId: channel_id,
    displayName: member ? displayNameOf(member.user, member) : (before?.displayName ?? userId),
    isBot: member?.user.bot ?? before?.isBot ?? false,
    isMuted: mute || self_mute,
    isSuppressed: suppress,
  }
}

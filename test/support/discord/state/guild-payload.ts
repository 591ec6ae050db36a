import type {
  APIGuildMember,
  GatewayGuildCreateDispatchData,
  GuildMemberFlags,
  Locale,
} from 'discord-api-types/v10'
import { toApiChannel } from './channel-payload.ts'
import { isThread } from './permissions.ts'
import type { GuildRecord, MemberRecord } from './records.ts'
import type { DiscordState } from './state.ts'
import { toVoiceState, voiceStateOf, voiceStatesOf } from './voice-state.ts'

export function toPartialMember(member: MemberRecord): Omit<APIGuildMember, 'user'> {
  return {
    nick: member.nick,
    avatar: null,
    roles: [...member.roleIds],
    joined_at: new Date(member.joinedAt).toISOString(),
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
    pending: false,
    premium_since: null,
    communication_disabled_until: null,
  }
}

export function toApiMember(state: DiscordState, member: MemberRecord): APIGuildMember {
  const user = state.users.get(member.userId)
  if (user === undefined) throw new Error(`member ${member.userId} is no user`)
  return { ...toPartialMember(member), user }
}

/** GUILD_CREATE; also good as the answer of `GET /guilds/:id`, which has fewer fields. */
export function toGuildCreate(state: DiscordState, guild: GuildRecord): GatewayGuildCreateDispatchData {
  const channels = [...state.channels.values()].filter((c) => c.guildId === guild.id && !c.isDeleted)
  const bot = guild.members.get(state.bot.id)
  const members = [...guild.members.values()].filter(
    ({ userId }) => userId === state.bot.id || voiceStateOf(state, guild.id, userId) !== undefined,
  )
  const payload = {
    ...guildSettings(guild),
    roles: [...guild.roles.values()],
    joined_at: new Date(bot?.joinedAt ?? state.clock.now()).toISOString(),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    // Without the presence intent only the bot and those in voice are listed (gateway-events.mdx, "Guild Create").
    members: members.map((member) => toApiMember(state, member)),
    channels: channels.filter((c) => !isThread(c)).map((c) => toApiChannel(state, c)),
    threads: channels.filter((c) => isThread(c) && !c.isArchived).map((c) => toApiChannel(state, c)),
    voice_states: voiceStatesOf(state, guild.id).map(toVoiceState),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
  // The channels above are a union that TypeScript cannot split by `type`.
  return payload as unknown as GatewayGuildCreateDispatchData
}

function guildSettings(guild: GuildRecord): object {
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    preferred_locale: guild.locale as Locale,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    mfa_level: 0,
    nsfw_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0 as GuildMemberFlags,
    rules_channel_id: null,
    public_updates_channel_id: null,
    safety_alerts_channel_id: null,
    vanity_url_code: null,
    premium_tier: 0,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    max_members: 250_000,
    features: [],
    emojis: [],
    stickers: [],
    hub_type: null,
    incidents_data: null,
    region: 'local',
  }
}

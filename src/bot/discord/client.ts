import {
  ActivityType,
  type CacheWithLimitsOptions,
  Client,
  DefaultRestOptions,
  Options,
  type PresenceData,
  REST,
  SimpleShardingStrategy,
} from 'discord.js'
import { intents } from './gateway/intents.ts'
import type { GatewaySessions } from './gateway/sessions.ts'
import { strings } from './strings.ts'

export interface DiscordClient {
  /** Owns the gateway connections and the bot's REST queue. */
  readonly client: Client
  /** Requests with an interaction's token: never retried unseen, since they have no nonce that would make them one. */
  readonly interactionRest: REST
}

export interface DiscordClientOptions {
  /** Another server than Discord's; the gateway's address comes from it. */
  readonly apiUrl?: string | undefined
  readonly isDemo: boolean
  readonly sessions: GatewaySessions
}

/** The one place where a connection to Discord is made; a leader election or shards in several processes go here. */
export function createDiscordClient({ apiUrl, isDemo, sessions }: DiscordClientOptions): DiscordClient {
  const api = apiUrl?.replace(/\/+$/, '') ?? DefaultRestOptions.api
  const rest = { api, userAgentAppendix: 'Companions' }
  const client = new Client({
    intents,
    rest,
    shards: 'auto',
    makeCache: Options.cacheWithLimits(nothingCached),
    sweepers: {},
    ws: {
      buildStrategy: (manager) => {
        sessions.attach(manager)
        return new SimpleShardingStrategy(manager)
      },
    },
    ...(isDemo ? { presence: demoPresence } : {}),
  })
  return { client, interactionRest: new REST({ ...rest, version: '10', retries: 0 }) }
}

/**
 * We read events as Discord sends them (gateway/events.ts) and keep what matters in the database. discord.js needs its
 * guilds, channels and roles; the rest would only grow.
 */
const nothingCached: CacheWithLimitsOptions = {
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildMemberManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  UserManager: 0,
  VoiceStateManager: 0,
}

/** Nobody should take the scripted demo for the companion's real wits. */
const demoPresence: PresenceData = {
  activities: [{ name: 'Custom Status', type: ActivityType.Custom, state: strings.demoStatus }],
}

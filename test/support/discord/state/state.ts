import type { APIUser } from 'discord-api-types/v10'
import { type Clock, createClock } from '../clock.ts'
import { createLedger, type Ledger } from '../ledger.ts'
import { createSnowflakes } from '../snowflakes.ts'
import type { Voice } from '../voice/voice.ts'
import type { ChannelRecord, CommandSet, GuildRecord, InteractionRecord, MessageRecord } from './records.ts'
import type { VoiceStateRecord } from './voice-state.ts'

/** An event for the bot, before intents, permissions and shards decide whether it gets there. */
export interface Dispatch {
  readonly t: string
  readonly d: object
  readonly guildId?: string | undefined
  readonly channelId?: string | undefined
  /** Only for this session of the gateway. */
  readonly sessionId?: string | undefined
}

interface StoredFile {
  readonly bytes: Uint8Array
  readonly contentType: string
}

/** Everything that Discord would remember. Plain data: the rules are functions beside it. */
export interface DiscordState {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly newId: () => string
  readonly token: string
  readonly bot: APIUser
  readonly users: Map<string, APIUser>
  readonly guilds: Map<string, GuildRecord>
  readonly channels: Map<string, ChannelRecord>
  readonly messages: Map<string, MessageRecord>
  readonly interactions: Map<string, InteractionRecord>
  /** By guild id; the global set has the key ''. */
  readonly commands: Map<string, CommandSet>
  readonly files: Map<string, StoredFile>
  /** Who is in which voice channel; see voice-changes.ts. */
  readonly voiceStates: Map<string, VoiceStateRecord>
  /** Ids of the replies to a message. */
  readonly replies: Map<string, string[]>
  /** Message ids by author and nonce, for `enforce_nonce`. */
  readonly nonces: Map<string, { messageId: string; at: number }>
  /** Whether the message content intent is switched on in the portal. */
  isContentApproved: boolean
  /** How long an enforced nonce is remembered. */
  nonceWindowMs: number
  /** People who take no direct messages from the bot. */
  readonly closedToBot: Set<string>
  /** Where this Discord listens; set once it does. */
  origin: string
  /** Hands an event to the gateway. */
  emit: (dispatch: Dispatch) => void
  /** The voice servers; set once they listen. */
  voice?: Voice | undefined
}

export interface StateOptions {
  readonly token: string
  readonly botName: string
  readonly clock?: Clock | undefined
  readonly ledgerFile?: string | undefined
}

export function createState({
  token,
  botName,
  clock = createClock(),
  ledgerFile,
}: StateOptions): DiscordState {
  const newId = createSnowflakes(clock)
  const bot = newUser(newId(), botName, { isBot: true })
  return {
    clock,
    ledger: createLedger({ clock, file: ledgerFile }),
    newId,
    token,
    bot,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    interactions: new Map(),
    commands: new Map(),
    files: new Map(),
    voiceStates: new Map(),
    replies: new Map(),
    nonces: new Map(),
    isContentApproved: false,
    nonceWindowMs: 180_000,
    closedToBot: new Set(),
    origin: '',
    emit: () => {},
  }
}

export function newUser(id: string, username: string, { isBot = false } = {}): APIUser {
  return {
    id,
    username,
    discriminator: isBot ? '0001' : '0',
    global_name: isBot ? null : username,
    avatar: null,
    bot: isBot,
  }
}

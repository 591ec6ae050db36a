import type { Client } from 'discord.js'
import type { Bus } from '#core/bus/bus.ts'
import type { Persona } from '#core/chat/persona.ts'
import type { Database } from '#core/store/database.ts'
import type { DatabaseTarget } from '#core/store/store.ts'
import type { Logger, LogLevel } from '#core/telemetry/logger.ts'
import type { GatewaySessions } from '../gateway/sessions.ts'
import type { Tasks } from '../tasks.ts'
import type { BotVoice } from './bot-voice.ts'
import { type CallTiming, usualTiming } from './call-plan.ts'
import { Consents } from './consents.ts'
import { VoiceSettingsOfGuilds } from './guild-voice-settings.ts'
import { meetStranger } from './meet-stranger.ts'
import { forgetCall, keepCall } from './running-calls.ts'
import { openShardLink } from './shard-link.ts'
import { VoiceCalls } from './voice-calls.ts'
import { VoiceStates } from './voice-states.ts'
import type { WorkerSetup } from './worker-messages.ts'

/** What calls need beside what the bot has anyway. */
export interface VoiceOptions {
  /** Where models are: the media worker opens connections of its own. */
  readonly inference: WorkerSetup['inference']
  /** How the media worker logs; `warn` unless told. */
  readonly logLevel?: LogLevel | undefined
  /** Where the media worker reports turns to, as traces and metrics. */
  readonly otlpEndpoint?: string | undefined
  readonly version?: string
  readonly timing?: Partial<CallTiming>
}

export interface BotVoiceOptions {
  readonly voice: VoiceOptions | undefined
  readonly database: DatabaseTarget | undefined
  readonly selfId: string
  readonly client: Client
  readonly sessions: GatewaySessions
  readonly bus: Bus
  readonly db: Database
  readonly persona: Persona
  readonly tasks: Tasks
  readonly logger: Logger
  post(channelId: string, sentence: string): Promise<void>
}

/** Nothing is started before the first call. */
export function openBotVoice(options: BotVoiceOptions): BotVoice {
  const { db, logger } = options
  const states = new VoiceStates()
  const consents = new Consents(db, logger)
  const settings = new VoiceSettingsOfGuilds(db, logger)
  return { states, consents, settings, calls: openCalls(options, { states, consents }) }
}

function openCalls(
  options: BotVoiceOptions,
  known: Pick<BotVoice, 'states' | 'consents'>,
): VoiceCalls | undefined {
  const { voice, database, client, sessions } = options
  if (voice === undefined || database === undefined) return undefined
  return new VoiceCalls({
    ...known,
    bus: options.bus,
    tasks: options.tasks,
    logger: options.logger,
    post: options.post,
    keep: (call) => keepCall(options.db, call),
    forget: (guildId) => forgetCall(options.db, guildId),
    meet: (stranger) =>
      meetStranger({ rest: client.rest, states: known.states, logger: options.logger }, stranger),
    link: openShardLink(client, sessions),
    timing: { ...usualTiming, ...voice.timing },
    setup: {
      type: 'worker.setup',
      selfId: options.selfId,
      logLevel: voice.logLevel ?? 'warn',
      otlpEndpoint: voice.otlpEndpoint,
      version: voice.version ?? '0',
      persona: options.persona,
      inference: voice.inference,
      database,
    },
  })
}

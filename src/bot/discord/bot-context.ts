import type { Client, REST } from 'discord.js'
import type { Bus } from '#core/bus/bus.ts'
import type { Persona } from '#core/chat/persona.ts'
import type { Transcriber } from '#core/inference/ports.ts'
import type { Database } from '#core/store/database.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Question, Replies } from './answers/replies.ts'
import type { Identity } from './gateway/sessions.ts'
import type { GuildRules } from './guild-rules.ts'
import type { Lanes } from './lanes.ts'
import type { Places } from './places.ts'
import type { RateGate } from './rate-gate.ts'
import type { RecentMap } from './recent-map.ts'
import type { BotVoice } from './voice/bot-voice.ts'

/** What the handlers of events share. */
export interface Bot {
  readonly identity: Identity
  readonly client: Client
  readonly rest: REST
  readonly interactionRest: REST
  readonly bus: Bus
  readonly db: Database
  /** Who answers where nobody changed it. */
  readonly persona: Persona
  readonly logger: Logger
  readonly signal: AbortSignal
  readonly replies: Replies
  readonly places: Places
  readonly rules: GuildRules
  /** One lane per person, so that what they do is handled in the order they did it. */
  readonly lanes: Lanes
  /** The newest questions by message id, to recognise what Discord repeats, edits and deletes. */
  readonly questions: RecentMap<string, KnownQuestion>
  readonly voice: BotVoice
  /** What listens to voice messages and in calls, where there is something. */
  readonly transcriber: Transcriber | undefined
  /** Writes to a channel what nobody asked for by a message; never rejects. */
  post(channelId: string, text: string): Promise<void>
  /** Keeps refusals and hints from becoming a flood of their own. */
  readonly hints: RateGate
}

export interface KnownQuestion extends Question {
  isDeleted: boolean
}

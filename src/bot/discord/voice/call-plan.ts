import type { Logger } from '#core/telemetry/logger.ts'
import type { CallPerson, CallSettings } from './call-fields.ts'
import type { GuildCall } from './guild-call.ts'
import type { MediaWorker } from './media-worker.ts'
import { usualRejoinDelaysMs } from './rejoin-pace.ts'
import type { VoiceStateRequest } from './worker-messages.ts'

export interface CallPlan {
  readonly guildId: string
  readonly channelId: string
  /** Where the people of the call read sentences. */
  readonly textChannelId: string
  readonly settings: CallSettings
  readonly staysWhenAlone: boolean
  readonly greeting: string | undefined
}

export interface JoinOutcome {
  readonly isDone: boolean
  readonly sentence: string
}

export interface CallTiming {
  /** Until the first connection; Discord gives no answer at all when a channel is full. */
  readonly joinWithinMs: number
  /** After everybody left, until we do. */
  readonly aloneMs: number
  /** How long a lost connection is sought. */
  readonly giveUpAfterMs: number
  /** Before the first try to come back, the second, …; the last one repeats. */
  readonly rejoinDelaysMs: readonly number[]
}

export const usualTiming: CallTiming = {
  joinWithinMs: 12_000,
  aloneMs: 30_000,
  giveUpAfterMs: 20 * 60_000,
  rejoinDelaysMs: usualRejoinDelaysMs,
}

/** What a call needs from the bot around it. */
export interface CallSurroundings {
  readonly logger: Logger
  readonly timing: CallTiming
  /** Resolves when the gateway connection of the guild is up. */
  whenReachable(guildId: string, signal: AbortSignal): Promise<void>
  ask(guildId: string, request: VoiceStateRequest['d']): Promise<void>
  /** The worker that holds calls now; started if there is none. */
  worker(): MediaWorker
  people(guildId: string, channelId: string): CallPerson[]
  /** Writes a sentence where the call was asked for. */
  tell(call: GuildCall, sentence: string): void
  /** It is connected, also again. */
  onLive(call: GuildCall): void
  onOver(call: GuildCall): void
}

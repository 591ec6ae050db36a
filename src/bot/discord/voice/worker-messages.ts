import { z } from 'zod'
import { Persona } from '#core/chat/persona.ts'
import { StageEvent } from '#core/protocol/stage.ts'
import { VoiceTranscript } from '#core/protocol/voice.ts'
import { Snowflake } from '../snowflake.ts'
import { CallOpening, CallPerson, CallSettings } from './call-fields.ts'

/**
 * What the bot and its media worker say to each other. The worker owns sound and its sockets; the bot owns the gateway
 * connection, through which alone a voice channel is joined, and the bus.
 */

const callId = z.string().min(1).max(64)
/** Counts the joins of a call, so that what an earlier one still says is not taken for news. */
const attempt = z.number().int().nonnegative()

/** VOICE_STATE_UPDATE of our own, as @discordjs/voice wants it (developers/events/gateway-events.mdx). */
export const OwnVoiceState = z.looseObject({
  guild_id: Snowflake,
  user_id: Snowflake,
  channel_id: Snowflake.nullable(),
  session_id: z.string(),
  self_deaf: z.boolean(),
  self_mute: z.boolean(),
})
export type OwnVoiceState = z.infer<typeof OwnVoiceState>

/** VOICE_SERVER_UPDATE; without an endpoint the server is gone and another one follows. */
export const VoiceServer = z.object({
  guild_id: Snowflake,
  token: z.string(),
  endpoint: z.string().nullable(),
})
export type VoiceServer = z.infer<typeof VoiceServer>

/** Gateway opcode 4; without a channel it leaves. */
export const VoiceStateRequest = z.object({
  op: z.literal(4),
  d: z.object({
    guild_id: Snowflake,
    channel_id: Snowflake.nullable(),
    self_deaf: z.boolean(),
    self_mute: z.boolean(),
  }),
})
export type VoiceStateRequest = z.infer<typeof VoiceStateRequest>

export const ToWorker = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call.open'), call: CallOpening }),
  z.object({ type: z.literal('call.join'), callId, attempt, channelId: Snowflake }),
  z.object({ type: z.literal('call.people'), callId, people: z.array(CallPerson).max(1_000) }),
  z.object({ type: z.literal('call.settings'), callId, settings: CallSettings }),
  z.object({ type: z.literal('call.stop'), callId }),
  z.object({ type: z.literal('call.clap'), callId }),
  z.object({ type: z.literal('call.close'), callId }),
  z.object({ type: z.literal('gateway.state'), callId, state: OwnVoiceState }),
  z.object({ type: z.literal('gateway.server'), callId, server: VoiceServer }),
])
export type ToWorker = z.infer<typeof ToWorker>

/** Why a call has no connection any more. */
export const LineFault = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('closed'), code: z.number().int() }),
  /** Discord did not answer the request to join, or its voice server did not answer us. */
  z.object({ kind: z.literal('silence'), isAsked: z.boolean() }),
  z.object({ kind: z.literal('fault') }),
])
export type LineFault = z.infer<typeof LineFault>

/** What a turn took, in milliseconds, and how it ended; without the words. */
export const TurnSummary = z.object({
  outcome: z.string().max(20),
  speculation: z.string().max(20),
  underruns: z.number(),
  frameJitterMs: z.number(),
  times: z.record(z.string().max(40), z.number().optional()),
})
export type TurnSummary = z.infer<typeof TurnSummary>

export const FromWorker = z.discriminatedUnion('type', [
  /** Now and then, so that a worker that hangs is found out. */
  z.object({ type: z.literal('worker.alive') }),
  z.object({ type: z.literal('gateway.send'), callId, attempt, request: VoiceStateRequest }),
  z.object({ type: z.literal('line.ready'), callId, attempt }),
  z.object({ type: z.literal('line.lost'), callId, attempt, fault: LineFault }),
  /** Connected, but somebody who speaks cannot be heard. */
  z.object({
    type: z.literal('line.deaf'),
    callId,
    attempt,
    reason: z.enum(['undecryptable', 'unannounced']),
  }),
  /** Somebody is in the call whom nobody has told us of. */
  z.object({ type: z.literal('call.stranger'), callId, userId: Snowflake }),
  z.object({ type: z.literal('call.stage'), callId, event: StageEvent }),
  /** When the clap is heard, in milliseconds since the epoch; without a time it is not. */
  z.object({ type: z.literal('call.clapped'), callId, playAt: z.number().optional() }),
  z.object({ type: z.literal('call.turn'), callId, turn: TurnSummary }),
  /** A sentence for the people in the call, in writing. */
  z.object({ type: z.literal('call.notice'), callId, sentence: z.string().max(4_000) }),
  z.object({ type: z.literal('call.transcript'), callId, transcript: VoiceTranscript }),
])
export type FromWorker = z.infer<typeof FromWorker>

const Service = z.object({ url: z.string(), model: z.string().exactOptional() })

/** Where models are, as openInference takes it, and the one that hears the end of a turn. */
const InferenceTargets = z.object({
  apiKey: z.string().exactOptional(),
  llm: Service.exactOptional(),
  stt: Service.exactOptional(),
  tts: Service.exactOptional(),
  embeddings: Service.exactOptional(),
  reranker: Service.exactOptional(),
  turnModel: z.string().exactOptional(),
})

const Database = z.object({
  connectionString: z.string().optional(),
  host: z.string().optional(),
  port: z.number().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  database: z.string().optional(),
})

/** The first message to a worker: what everything in it is made from. */
export const WorkerSetup = z.object({
  type: z.literal('worker.setup'),
  selfId: Snowflake,
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']),
  otlpEndpoint: z.string().optional(),
  version: z.string(),
  persona: Persona,
  inference: InferenceTargets,
  database: Database,
})
export type WorkerSetup = z.infer<typeof WorkerSetup>

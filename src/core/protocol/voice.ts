import { z } from 'zod'
import { messageSchema } from './envelope.ts'

const platformId = z.string().min(1).max(128)

/**
 * Asked on `ai.voice.control.<guild>`: whoever holds the gateway connection of that guild answers. `panic` may be asked for
 * `everywhere`, too.
 */
export const VoiceControl = messageSchema('voice.control', {
  action: z.enum(['join', 'leave', 'stop', 'panic', 'clap']),
  guildId: platformId,
  channelId: platformId.optional(),
})
export type VoiceControl = z.infer<typeof VoiceControl>

/** The answer; `sentence` is for the person who asked, `playAt` when a clap is heard, in milliseconds since the epoch. */
export const VoiceControlResult = messageSchema('voice.control.result', {
  isDone: z.boolean(),
  sentence: z.string().max(500),
  playAt: z.number().nonnegative().optional(),
})
export type VoiceControlResult = z.infer<typeof VoiceControlResult>

/** Who said what in a call, on `ai.voice.transcript.<session>`; only of people who agreed. */
export const VoiceTranscript = messageSchema('voice.transcript', {
  sessionId: z.string().min(1).max(128),
  speaker: z.union([
    z.object({ kind: z.literal('companion') }),
    z.object({ kind: z.literal('person'), platformUserId: platformId, displayName: z.string().max(200) }),
  ]),
  text: z.string().max(8_000),
  startedAt: z.number().nonnegative(),
  endedAt: z.number().nonnegative(),
})
export type VoiceTranscript = z.infer<typeof VoiceTranscript>

import { z } from 'zod'
import { Snowflake } from '../snowflake.ts'

/** Somebody in the channel, as the media worker needs to know them. */
export const CallPerson = z.object({
  id: Snowflake,
  displayName: z.string().max(200),
  isBot: z.boolean(),
  /** They, or a moderator, switched their microphone off. */
  isMuted: z.boolean(),
  /** False: nothing that they say is decoded, whatever is sent. */
  isHeard: z.boolean(),
  allowsTranscripts: z.boolean(),
})
export type CallPerson = z.infer<typeof CallPerson>

/** What holds in a call; may change while it runs. */
export const CallSettings = z.object({
  voice: z.string().max(100).optional(),
  language: z.string().max(20).optional(),
})
export type CallSettings = z.infer<typeof CallSettings>

/** How the companion is called in this guild, and what it says first, if anything. */
export const CallOpening = z.object({
  callId: z.string().min(1).max(64),
  guildId: Snowflake,
  channelId: Snowflake,
  /** A thread or a text channel would be another conversation; a voice channel's is its own. */
  settings: CallSettings,
  greeting: z.string().max(500).optional(),
  people: z.array(CallPerson).max(1_000),
})
export type CallOpening = z.infer<typeof CallOpening>

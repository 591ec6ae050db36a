import type { DiscordState } from './state.ts'

/** Somebody in a voice channel. */
export interface VoiceStateRecord {
  readonly guildId: string
  readonly channelId: string
  readonly userId: string
  readonly sessionId: string
  readonly selfMute: boolean
  readonly selfDeaf: boolean
  /** By a moderator, in the whole guild. */
  readonly isMuted: boolean
  readonly isDeafened: boolean
  /** Not allowed to speak there: the audience of a stage. */
  readonly isSuppressed: boolean
  /** ISO time of a raised hand on a stage. */
  readonly asksToSpeakSince: string | null
}

export function voiceStatesOf(state: DiscordState, guildId: string): VoiceStateRecord[] {
  return [...state.voiceStates.values()].filter((voice) => voice.guildId === guildId)
}

export function voiceStateOf(
  state: DiscordState,
  guildId: string,
  userId: string,
): VoiceStateRecord | undefined {
  return state.voiceStates.get(voiceStateKey(guildId, userId))
}

/** As in GUILD_CREATE, where the guild is not repeated. */
export function toVoiceState(voice: VoiceStateRecord): object {
  return {
    user_id: voice.userId,
    channel_id: voice.channelId,
    session_id: voice.sessionId,
    deaf: voice.isDeafened,
    mute: voice.isMuted,
    self_deaf: voice.selfDeaf,
    self_mute: voice.selfMute,
    self_video: false,
    suppress: voice.isSuppressed,
    request_to_speak_timestamp: voice.asksToSpeakSince,
  }
}

export const voiceStateKey = (guildId: string, userId: string) => `${guildId} ${userId}`

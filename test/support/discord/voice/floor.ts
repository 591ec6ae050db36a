import { ChannelType } from 'discord-api-types/v10'
import type { DiscordState } from '../state/state.ts'
import { type VoiceStateRecord, voiceStateOf } from '../state/voice-state.ts'

/** Who has the floor: whether what somebody says in a channel is passed on. */
export function maySpeak(state: DiscordState, channelId: string, userId: string): boolean {
  const voice = stateIn(state, channelId, userId)
  if (voice === undefined || voice.selfMute || voice.isMuted || voice.isSuppressed) return false
  // Clients mute themselves when they deafen themselves; bots speak on.
  return !voice.selfDeaf || userId === state.bot.id
}

export function mayListen(state: DiscordState, channelId: string, userId: string): boolean {
  const voice = stateIn(state, channelId, userId)
  return voice !== undefined && !voice.selfDeaf && !voice.isDeafened
}

export function isStage({ channels }: DiscordState, channelId: string): boolean {
  return channels.get(channelId)?.type === ChannelType.GuildStageVoice
}

function stateIn(state: DiscordState, channelId: string, userId: string): VoiceStateRecord | undefined {
  const voice = voiceStateOf(state, state.channels.get(channelId)?.guildId ?? '', userId)
  return voice?.channelId === channelId ? voice : undefined
}

import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10'
import { toApiMember } from './guild-payload.ts'
import { can } from './permissions.ts'
import type { ChannelRecord } from './records.ts'
import type { DiscordState } from './state.ts'
import { toVoiceState, type VoiceStateRecord, voiceStateKey } from './voice-state.ts'

export function isFull(state: DiscordState, channel: ChannelRecord, userId: string): boolean {
  if (channel.userLimit === 0) return false
  const others = [...state.voiceStates.values()].filter(
    (voice) => voice.channelId === channel.id && voice.userId !== userId,
  )
  return others.length >= channel.userLimit
}

/** Whether somebody who enters is an audience: on a stage, or without Speak in a voice channel. */
export function entersSuppressed(state: DiscordState, channel: ChannelRecord, userId: string): boolean {
  const needed =
    channel.type === ChannelType.GuildStageVoice ? PermissionFlagsBits.MuteMembers : PermissionFlagsBits.Speak
  return !can(state, channel, userId, needed)
}

/** Remembers who is where, and tells the bot: VOICE_STATE_UPDATE. */
export function setVoiceState(state: DiscordState, voice: VoiceStateRecord): void {
  state.voiceStates.set(voiceStateKey(voice.guildId, voice.userId), voice)
  announceVoiceState(state, voice, voice.channelId)
}

/** Somebody is in no voice channel of the guild any more. */
export function clearVoiceState(state: DiscordState, voice: VoiceStateRecord): void {
  state.voiceStates.delete(voiceStateKey(voice.guildId, voice.userId))
  announceVoiceState(state, voice, null)
}

function announceVoiceState(state: DiscordState, voice: VoiceStateRecord, channelId: string | null): void {
  const member = state.guilds.get(voice.guildId)?.members.get(voice.userId)
  const d = {
    ...toVoiceState(voice),
    guild_id: voice.guildId,
    channel_id: channelId,
    member: member && toApiMember(state, member),
  }
  state.emit({ t: 'VOICE_STATE_UPDATE', d, guildId: voice.guildId })
}

import { randomUUID } from 'node:crypto'
import { PermissionFlagsBits } from 'discord-api-types/v10'
import { can, isVoice } from '../state/permissions.ts'
import type { ChannelRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { clearVoiceState, isFull, setVoiceState } from '../state/voice-changes.ts'
import type { VoiceStateRecord } from '../state/voice-state.ts'
import { NotAllowedError } from '../world/not-allowed-error.ts'
import { newVoiceState } from './join.ts'
import { Speaker } from './speaker.ts'
import type { Voice } from './voice.ts'

export interface VoiceFlags {
  readonly selfMute?: boolean
  readonly selfDeaf?: boolean
}

export function voiceOf({ voice }: DiscordState): Voice {
  if (voice === undefined) throw new Error('the voice servers do not run')
  return voice
}

export function enterVoice(
  state: DiscordState,
  channel: ChannelRecord,
  userId: string,
  { selfMute = false, selfDeaf = false }: VoiceFlags = {},
): void {
  if (!isVoice(channel)) throw new NotAllowedError('that is no voice channel')
  if (!can(state, channel, userId, PermissionFlagsBits.Connect))
    throw new NotAllowedError('they may not connect')
  if (isFull(state, channel, userId)) throw new NotAllowedError('the channel is full')
  leaveVoice(state, userId)
  const sessionId = randomUUID().replaceAll('-', '')
  setVoiceState(state, newVoiceState(state, channel, { userId, sessionId, selfMute, selfDeaf }))
  const voice = voiceOf(state)
  const room = voice.room(channel.id)
  room.enter(new Speaker(room, userId, voice.newSsrc()))
}

export function leaveVoice(state: DiscordState, userId: string): void {
  for (const known of statesOf(state, userId)) {
    voiceOf(state).room(known.channelId).leave(userId)
    clearVoiceState(state, known)
  }
}

export function changeVoice(state: DiscordState, userId: string, flags: VoiceFlags): void {
  for (const known of statesOf(state, userId)) setVoiceState(state, { ...known, ...flags })
}

export function speakerOf(state: DiscordState, userId: string): Speaker {
  const [known] = statesOf(state, userId)
  const speaker = known && voiceOf(state).room(known.channelId).people.get(userId)
  if (speaker === undefined) throw new NotAllowedError('they are in no voice channel')
  return speaker
}

function statesOf(state: DiscordState, userId: string): VoiceStateRecord[] {
  return [...state.voiceStates.values()].filter((voice) => voice.userId === userId)
}

import { randomUUID } from 'node:crypto'
import { PermissionFlagsBits } from 'discord-api-types/v10'
import type { VoiceCloseCodes } from 'discord-api-types/voice/v8'
import { z } from 'zod'
import { can, isVoice } from '../state/permissions.ts'
import type { ChannelRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { clearVoiceState, entersSuppressed, isFull, setVoiceState } from '../state/voice-changes.ts'
import { type VoiceStateRecord, voiceStateOf } from '../state/voice-state.ts'
import type { Voice } from './voice.ts'

const Asked = z.object({
  guild_id: z.string(),
  channel_id: z.string().nullable(),
  self_mute: z.boolean(),
  self_deaf: z.boolean(),
})
type Asked = z.infer<typeof Asked>

/**
 * Op 4 of the main gateway (gateway-events.mdx, "Update Voice State"). What is not allowed gets no answer at all: the
 * bot must know by its own deadline.
 */
export function askForVoice(voice: Voice, d: unknown, gatewaySessionId: string): void {
  const parsed = Asked.safeParse(d)
  if (!parsed.success) return
  const asked = parsed.data
  const { guild_id: guildId, channel_id: channelId } = asked
  const refusedBecause = refusalOf(voice, asked)
  voice.state.ledger.append({ type: 'voice.asked', guildId, channelId, refusedBecause })
  if (refusedBecause !== undefined) return
  const channel = voice.state.channels.get(channelId ?? '')
  if (channel === undefined) botLeaves(voice, guildId)
  else botEnters(voice, channel, asked, gatewaySessionId)
}

function refusalOf({ state, behaviour }: Voice, { guild_id, channel_id }: Asked): string | undefined {
  const guild = state.guilds.get(guild_id)
  if (guild === undefined || !guild.members.has(state.bot.id)) return 'no member'
  if (channel_id === null) return undefined
  if (behaviour.ignoresJoins) return 'told to ignore'
  const channel = state.channels.get(channel_id)
  if (channel?.guildId !== guild_id || channel.isDeleted || !isVoice(channel)) return 'no voice channel'
  return closedBecause(state, channel)
}

function closedBecause(state: DiscordState, channel: ChannelRecord): string | undefined {
  if (!can(state, channel, state.bot.id, PermissionFlagsBits.Connect)) return 'no permission'
  const mayOverfill = can(state, channel, state.bot.id, PermissionFlagsBits.MoveMembers)
  return isFull(state, channel, state.bot.id) && !mayOverfill ? 'full' : undefined
}

function botEnters(voice: Voice, channel: ChannelRecord, asked: Asked, gatewaySessionId: string): void {
  const flags = { selfMute: asked.self_mute, selfDeaf: asked.self_deaf }
  const known = voiceStateOf(voice.state, asked.guild_id, voice.state.bot.id)
  const session = voice.sessions.get(asked.guild_id)
  const isItsOwn = session?.gatewaySessionId === gatewaySessionId && session.connection?.isOpen
  // Only muting or deafening oneself: the voice server stays.
  if (known?.channelId === channel.id && isItsOwn) setVoiceState(voice.state, { ...known, ...flags })
  else sendToVoiceServer(voice, channel, { ...flags, gatewaySessionId })
}

export interface BotInVoice extends Pick<VoiceStateRecord, 'selfMute' | 'selfDeaf'> {
  /** Which of the bot's gateway connections asked: only that one is told of the server. */
  readonly gatewaySessionId: string
}

/** A new session on a voice server, and the two events that tell the bot of it. */
export function sendToVoiceServer(
  voice: Voice,
  channel: ChannelRecord,
  { selfMute, selfDeaf, gatewaySessionId }: BotInVoice,
): void {
  const { state, behaviour } = voice
  const guildId = channel.guildId ?? ''
  const sessionId = randomUUID().replaceAll('-', '')
  const session = voice.openSession({ guildId, channelId: channel.id, sessionId, gatewaySessionId })
  const known = voiceStateOf(state, guildId, state.bot.id)
  const announce = () =>
    setVoiceState(state, {
      ...newVoiceState(state, channel, { userId: state.bot.id, sessionId, selfMute, selfDeaf }),
      isMuted: known?.isMuted ?? false,
      isDeafened: known?.isDeafened ?? false,
    })
  const d = { guild_id: guildId, token: session.token, endpoint: voice.endpoint }
  const point = () => state.emit({ t: 'VOICE_SERVER_UPDATE', d, guildId, sessionId: gatewaySessionId })
  for (const tell of behaviour.serverUpdateFirst ? [point, announce] : [announce, point]) tell()
}

export function newVoiceState(
  state: DiscordState,
  channel: ChannelRecord,
  who: Pick<VoiceStateRecord, 'userId' | 'sessionId' | 'selfMute' | 'selfDeaf'>,
): VoiceStateRecord {
  return {
    guildId: channel.guildId ?? '',
    channelId: channel.id,
    isMuted: false,
    isDeafened: false,
    isSuppressed: entersSuppressed(state, channel, who.userId),
    asksToSpeakSince: null,
    ...who,
  }
}

/** Out of the channel: by its own wish, a moderator's (4014), or because the channel is gone (4022). */
export function botLeaves(voice: Voice, guildId: string, code?: VoiceCloseCodes): void {
  const known = voiceStateOf(voice.state, guildId, voice.state.bot.id)
  voice.closeSession(guildId, code)
  if (known !== undefined) clearVoiceState(voice.state, known)
}

import { VoiceCloseCodes } from 'discord-api-types/voice/v8'
import { setVoiceState } from '../state/voice-changes.ts'
import { type VoiceStateRecord, voiceStateOf } from '../state/voice-state.ts'
import type { Channel } from '../world/channel.ts'
import { type BotInVoice, botLeaves, sendToVoiceServer } from './join.ts'
import type { Voice } from './voice.ts'

/** What people with more rights, and Discord itself, do to the bot in voice. */
export class VoiceModeration {
  readonly #voice: Voice

  constructor(voice: Voice) {
    this.#voice = voice
  }

  /** Disconnects the bot: its state without a channel, and 4014. */
  kick(guildId: string): void {
    botLeaves(this.#voice, guildId)
  }

  /** Drags the bot into another channel of the guild. */
  move({ record }: Channel): void {
    const known = this.#botIn(record.guildId ?? '')
    if (this.#voice.behaviour.moveClosesSocket) this.#voice.closeSession(known.guildId)
    sendToVoiceServer(this.#voice, record, known)
  }

  /** The voice server goes away: a null endpoint, then, with `returns`, another address and token. */
  changeServer(guildId: string, { returns = true }: { returns?: boolean } = {}): void {
    const known = this.#botIn(guildId)
    const channel = this.#voice.state.channels.get(known.channelId)
    const d = { guild_id: guildId, token: 'gone', endpoint: null }
    const { gatewaySessionId: sessionId } = known
    this.#voice.state.emit({ t: 'VOICE_SERVER_UPDATE', d, guildId, sessionId })
    if (returns && channel !== undefined) sendToVoiceServer(this.#voice, channel, known)
  }

  /** Mutes, deafens or invites to speak: any part of the bot's voice state. */
  set(
    guildId: string,
    change: Partial<Pick<VoiceStateRecord, 'isMuted' | 'isDeafened' | 'isSuppressed'>>,
  ): void {
    setVoiceState(this.#voice.state, { ...this.#stateOf(guildId), ...change })
  }

  /** A voice channel was deleted under the bot: 4022. */
  channelIsGone(channelId: string): void {
    for (const session of this.#voice.sessions.values())
      if (session.channelId === channelId)
        botLeaves(this.#voice, session.guildId, VoiceCloseCodes.CallTerminated)
  }

  #botIn(guildId: string): VoiceStateRecord & BotInVoice {
    const gatewaySessionId = this.#voice.sessions.get(guildId)?.gatewaySessionId ?? ''
    return { ...this.#stateOf(guildId), gatewaySessionId }
  }

  #stateOf(guildId: string): VoiceStateRecord {
    const known = voiceStateOf(this.#voice.state, guildId, this.#voice.state.bot.id)
    if (known === undefined) throw new RangeError('the bot is in no voice channel of that guild')
    return known
  }
}

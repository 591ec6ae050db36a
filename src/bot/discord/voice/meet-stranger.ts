import { type REST, Routes } from 'discord.js'
import type { Logger } from '#core/telemetry/logger.ts'
import type { VoiceStates } from './voice-states.ts'

export interface StrangerOptions {
  readonly rest: REST
  readonly states: VoiceStates
  readonly logger: Logger
}

/**
 * Somebody is in a call of whom the gateway never told us, since its session was begun by an earlier process: asks who.
 * Resolves with whether they are known now.
 */
export async function meetStranger(
  { rest, states, logger }: StrangerOptions,
  {
    guildId,
    channelId,
    userId,
  }: { readonly guildId: string; readonly channelId: string; readonly userId: string },
): Promise<boolean> {
  try {
    const member = await rest.get(Routes.guildMember(guildId, userId))
    if (states.find(guildId, userId) === undefined)
      states.update({ guild_id: guildId, channel_id: channelId, user_id: userId, member })
    return true
  } catch (error) {
    logger.warn('it could not be asked who is in a call', { guildId, error })
    return false
  }
}

import { z } from 'zod'
import type { Bot } from '../bot-context.ts'
import { Snowflake } from '../snowflake.ts'
import { autoJoin } from './auto-join.ts'
import { OwnVoiceState, VoiceServer } from './worker-messages.ts'

/** VOICE_STATE_UPDATE: somebody entered, left or was muted; perhaps it was us. */
export async function onVoiceStateUpdate(bot: Bot, payload: unknown): Promise<void> {
  const { states, calls } = bot.voice
  const change = states.update(payload)
  if (change === undefined || calls === undefined) return
  if (change.userId === bot.identity.userId) return calls.onOwnState(OwnVoiceState.parse(payload))
  await calls.onPresence(change.guildId, change.userId)
  await autoJoin(bot, change)
}

/** VOICE_SERVER_UPDATE: where a call that we asked for, or are in, takes place now. */
export async function onVoiceServerUpdate(bot: Bot, payload: unknown): Promise<void> {
  bot.voice.calls?.onServer(VoiceServer.parse(payload))
}

/** GUILD_CREATE: who is in its voice channels, also after the gateway began anew. */
export async function onGuildCreate(bot: Bot, payload: unknown): Promise<void> {
  const { states, calls } = bot.voice
  const guildId = states.reset(payload)
  const self = states.find(guildId, bot.identity.userId)
  calls?.onGuild(guildId, self !== undefined)
}

const LostGuild = z.object({ id: Snowflake, unavailable: z.boolean().optional() })

/** GUILD_DELETE: we were sent away, or (with `unavailable`) Discord has trouble and the guild comes back. */
export async function onGuildDelete(bot: Bot, payload: unknown): Promise<void> {
  const { id, unavailable } = LostGuild.parse(payload)
  if (unavailable) return
  bot.voice.calls?.leave(id)
  bot.voice.states.forget(id)
}

import type { Bot } from '../bot-context.ts'
import { openCall } from './open-call.ts'
import type { PresenceChange } from './voice-states.ts'

const everyMs = 30_000

/**
 * Somebody entered a channel that we join by ourselves. Sent away, we stay away until everybody has left there, too; and
 * what goes wrong is not said aloud each time.
 */
export async function autoJoin(bot: Bot, { guildId, before, after }: PresenceChange): Promise<void> {
  const { calls, settings, states } = bot.voice
  if (before && !hasHumans(bot, guildId, before.channelId)) calls?.forgetSentAway(guildId, before.channelId)
  if (after === undefined || after.channelId === before?.channelId || after.isBot) return
  const { channelId } = after
  if (calls === undefined || calls.callIn(guildId) || calls.wasSentAway(guildId, channelId)) return
  if (!states.find(guildId, after.userId)) return
  const { autoJoinChannels } = await settings.read(guildId)
  if (!autoJoinChannels.includes(channelId) || !bot.hints.passes(`auto-join ${guildId}`, everyMs)) return
  const { isDone, sentence } = await openCall(bot, { guildId, channelId, textChannelId: channelId })
  if (isDone || bot.hints.passes(`auto-join failed ${guildId}`, 60 * everyMs))
    await bot.post(channelId, sentence)
}

function hasHumans(bot: Bot, guildId: string, channelId: string): boolean {
  return bot.voice.states.inChannel(guildId, channelId).some(({ isBot }) => !isBot)
}

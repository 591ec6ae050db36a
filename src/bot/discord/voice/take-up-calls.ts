import type { Bot } from '../bot-context.ts'
import { openCall } from './open-call.ts'
import { forgetCall, listKeptCalls, type RunningCall } from './running-calls.ts'

/** Comes back into the calls that an earlier process left behind, where people still are, and without greeting again. */
export async function takeUpCalls(bot: Bot): Promise<void> {
  if (bot.voice.calls === undefined) return
  for (const call of await listKeptCalls(bot.db)) {
    const isTaken = isWanted(bot, call) && (await openCall(bot, { ...call, isReturning: true })).isDone
    if (!isTaken && !bot.signal.aborted) await forgetCall(bot.db, call.guildId)
  }
}

/** Whoever resumed a gateway session was not told who is where, and finds out in the call. */
function isWanted({ voice }: Bot, { guildId, channelId }: RunningCall): boolean {
  if (voice.calls?.callIn(guildId)) return false
  return (
    !voice.states.knows(guildId) || voice.states.inChannel(guildId, channelId).some(({ isBot }) => !isBot)
  )
}

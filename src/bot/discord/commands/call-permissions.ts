import { strings } from '../strings.ts'
import { mentionChannels } from './ask-for.ts'
import type { CommandContext } from './command.ts'
import { mayManageServer } from './permissions.ts'

/** Why somebody may not send us away or silence us; undefined when they may. There is a call, or this says so. */
export function whyNotMyCall({ bot, caller }: CommandContext): string | undefined {
  const { guildId = '', author } = caller
  const call = bot.voice.calls?.callIn(guildId)
  if (call === undefined) return strings.noCall
  const isThere = bot.voice.states.find(guildId, author.platformUserId)?.channelId === call.channelId
  if (isThere || mayManageServer(caller)) return undefined
  return strings.notInCall(mentionChannels([call.channelId]))
}

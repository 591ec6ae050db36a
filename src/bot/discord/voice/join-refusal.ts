import {
  ChannelType,
  PermissionFlagsBits,
  type PermissionsBitField,
  type VoiceBasedChannel,
} from 'discord.js'
import type { Bot } from '../bot-context.ts'
import { mentionChannels } from '../commands/ask-for.ts'
import { strings } from '../strings.ts'

/**
 * Why a channel cannot be joined, in a sentence; undefined when nothing speaks against it. What Discord does not tell is
 * tried: a join that is not answered has its own sentence.
 */
export async function joinRefusal(bot: Bot, channelId: string): Promise<string | undefined> {
  const channel = bot.client.channels.cache.get(channelId)
  if (channel === undefined) return undefined
  if (!channel.isVoiceBased()) return strings.callNotVoice
  const permissions = await ownPermissions(channel)
  if (permissions === undefined) return undefined
  const missing = missingIn(channel, permissions)
  if (missing.length > 0) return strings.callMissing(mentionChannels([channelId]), missing)
  return isFull(bot, channel, permissions) ? strings.callFull(mentionChannels([channelId])) : undefined
}

async function ownPermissions(
  channel: VoiceBasedChannel,
): Promise<Readonly<PermissionsBitField> | undefined> {
  try {
    return channel.permissionsFor(await channel.guild.members.fetchMe({ cache: false, force: true }))
  } catch {
    return undefined
  }
}

function missingIn(channel: VoiceBasedChannel, permissions: Readonly<PermissionsBitField>): string[] {
  const { view, connect, speak } = strings.callPermissions
  const needed: readonly (readonly [bigint, string])[] = [
    [PermissionFlagsBits.ViewChannel, view],
    [PermissionFlagsBits.Connect, connect],
    // On a stage nobody may speak until a moderator lets them.
    ...(channel.type === ChannelType.GuildStageVoice ? [] : [[PermissionFlagsBits.Speak, speak] as const]),
  ]
  return needed.flatMap(([bit, what]) => (permissions.has(bit) ? [] : [what]))
}

/** Discord gives no answer at all to a join of a full channel (developers/topics/voice-connections.mdx). */
function isFull(
  bot: Bot,
  { id, guildId, userLimit }: VoiceBasedChannel,
  permissions: Readonly<PermissionsBitField>,
) {
  const present = bot.voice.states.inChannel(guildId, id)
  const isInside = present.some(({ userId }) => userId === bot.identity.userId)
  return (
    userLimit > 0 &&
    !isInside &&
    present.length >= userLimit &&
    !permissions.has(PermissionFlagsBits.MoveMembers)
  )
}

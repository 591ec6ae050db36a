import type { MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

export interface Reaction {
  readonly userId: string
  readonly emoji: string
  readonly added: boolean
}

export function toggleReaction(
  state: DiscordState,
  message: MessageRecord,
  { userId, emoji, added }: Reaction,
): void {
  const reacted = message.reactions.get(emoji) ?? new Set()
  message.reactions.set(emoji, reacted)
  if (added) reacted.add(userId)
  else reacted.delete(userId)
  if (reacted.size === 0) message.reactions.delete(emoji)
  const { id: messageId, channelId, guildId } = message
  state.ledger.append({ type: 'reaction', messageId, userId, emoji, added })
  const d = {
    user_id: userId,
    channel_id: channelId,
    message_id: messageId,
    guild_id: guildId,
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
  }
  state.emit({ t: added ? 'MESSAGE_REACTION_ADD' : 'MESSAGE_REACTION_REMOVE', d, guildId, channelId })
}

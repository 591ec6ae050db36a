import type { APIMessage, APIMessageInteractionMetadata, APIUser } from 'discord-api-types/v10'
import { toApiChannel } from './channel-payload.ts'
import { toPartialMember } from './guild-payload.ts'
import type { InteractionRecord, MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

/** A message as REST answers it. */
export function toApiMessage(state: DiscordState, message: MessageRecord): APIMessage {
  return { ...withoutReferenced(state, message), ...referenced(state, message) }
}

/** A message as the gateway sends it: with `guild_id`, `channel_type` and the author's `member`. */
export function toGatewayMessage(state: DiscordState, message: MessageRecord): object {
  const guild = message.guildId === undefined ? undefined : state.guilds.get(message.guildId)
  const member = guild?.members.get(message.author.id)
  return {
    ...toApiMessage(state, message),
    channel_type: state.channels.get(message.channelId)?.type,
    ...(guild === undefined ? {} : { guild_id: guild.id }),
    ...(member === undefined ? {} : { member: toPartialMember(member) }),
  }
}

/**
 * What an app without the message content intent gets: those fields empty, except in direct messages, in its own
 * messages and in those that mention it (developers/events/gateway.mdx, "Message Content Intent").
 */
export function withoutContent(state: DiscordState, payload: object): object {
  const message = payload as APIMessage & { guild_id?: string }
  const nested = message.referenced_message ? withoutContent(state, message.referenced_message) : undefined
  const rest = nested === undefined ? message : { ...message, referenced_message: nested }
  if (isContentShown(state, message)) return rest
  return { ...rest, content: '', embeds: [], attachments: [], components: [] }
}

function isContentShown(state: DiscordState, message: APIMessage): boolean {
  const isDirect = state.channels.get(message.channel_id)?.guildId === undefined
  return (
    isDirect ||
    message.author.id === state.bot.id ||
    message.mentions.some((user) => user.id === state.bot.id)
  )
}

function withoutReferenced(state: DiscordState, message: MessageRecord): APIMessage {
  const thread = message.threadId === undefined ? undefined : state.channels.get(message.threadId)
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: message.author,
    content: message.content,
    timestamp: new Date(message.createdAt).toISOString(),
    edited_timestamp: message.editedAt === undefined ? null : new Date(message.editedAt).toISOString(),
    tts: false,
    pinned: false,
    flags: message.flags,
    mention_everyone: message.mentionsEveryone,
    mention_roles: message.mentionedRoleIds,
    mentions: message.mentionedUserIds.flatMap((id) => state.users.get(id) ?? []) satisfies APIUser[],
    attachments: message.attachments,
    embeds: message.embeds,
    components: message.components,
    ...(message.nonce === undefined ? {} : { nonce: message.nonce }),
    ...(message.reference === undefined ? {} : { message_reference: message.reference }),
    ...(message.interaction === undefined ? {} : interactionFields(state, message, message.interaction)),
    ...(message.reactions.size === 0 ? {} : { reactions: reactionsOf(state, message) }),
    ...(thread === undefined ? {} : { thread: toApiChannel(state, thread) }),
  }
}

/** One level deep, as Discord does; null when the message is gone. */
function referenced(state: DiscordState, message: MessageRecord): Pick<APIMessage, 'referenced_message'> {
  const id = message.reference?.message_id
  if (id === undefined) return {}
  const target = state.messages.get(id)
  const isGone = target === undefined || target.deletedAt !== undefined
  return { referenced_message: isGone ? null : withoutReferenced(state, target) }
}

function interactionFields(
  state: DiscordState,
  message: MessageRecord,
  interaction: InteractionRecord,
): Partial<APIMessage> {
  const user = state.users.get(interaction.userId)
  if (user === undefined) return {}
  const { id, type, name, owners, originalId, targetId, sourceMessageId } = interaction
  const isFollowUp = originalId !== undefined && originalId !== message.id
  const metadata = {
    id,
    type,
    user,
    authorizing_integration_owners: owners,
    ...(isFollowUp ? { original_response_message_id: originalId } : {}),
    ...(targetId !== undefined && state.messages.has(targetId) ? { target_message_id: targetId } : {}),
    ...(sourceMessageId === undefined ? {} : { interacted_message_id: sourceMessageId }),
  }
  return {
    application_id: state.bot.id,
    webhook_id: state.bot.id,
    interaction: { id, type, name, user },
    interaction_metadata: metadata as APIMessageInteractionMetadata,
  }
}

function reactionsOf(state: DiscordState, message: MessageRecord): NonNullable<APIMessage['reactions']> {
  return [...message.reactions].map(([emoji, userIds]) => ({
    count: userIds.size,
    count_details: { burst: 0, normal: userIds.size },
    me: userIds.has(state.bot.id),
    me_burst: false,
    emoji: { id: null, name: emoji },
    burst_colors: [],
  }))
}

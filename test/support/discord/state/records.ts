import {
  type APIApplicationCommand,
  type APIAttachment,
  type APIAuthorizingIntegrationOwnersMap,
  type APIEmbed,
  type APIInteractionResponse,
  type APIMessageReference,
  type APIMessageTopLevelComponent,
  type APIOverwrite,
  type APIRole,
  type APIUser,
  ApplicationIntegrationType,
  type ChannelType,
  type InteractionType,
  type MessageType,
} from 'discord-api-types/v10'

export interface MemberRecord {
  readonly userId: string
  nick: string | null
  readonly roleIds: Set<string>
  readonly joinedAt: number
}

export interface GuildRecord {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  readonly locale: string
  /** False during an outage: its events do not reach the bot. */
  isAvailable: boolean
  readonly roles: Map<string, APIRole>
  readonly members: Map<string, MemberRecord>
}

export interface ChannelRecord {
  readonly id: string
  readonly type: ChannelType
  name: string
  /** How many people a voice channel takes; 0 for any number. */
  userLimit: number
  readonly guildId?: string | undefined
  /** The channel of a thread, the category of a channel. */
  readonly parentId?: string | undefined
  readonly overwrites: Map<string, APIOverwrite>
  /** The two people of a direct message. */
  readonly recipientIds: readonly string[]
  /** Who began a thread, and who takes part in it. */
  readonly ownerId?: string | undefined
  readonly participantIds: Set<string>
  isArchived: boolean
  isDeleted: boolean
  readonly messageIds: string[]
}

/** Who a message would have notified. The union over all its versions, so that an edit cannot hide a ping. */
interface Pings {
  everyone: boolean
  readonly userIds: Set<string>
  readonly roleIds: Set<string>
}

interface MessageVersion {
  readonly at: number
  readonly content: string
}

export interface MessageRecord {
  readonly id: string
  readonly channelId: string
  readonly guildId?: string | undefined
  readonly author: APIUser
  type: MessageType
  content: string
  /** Every text it ever had, the first included. */
  readonly versions: MessageVersion[]
  readonly createdAt: number
  editedAt?: number | undefined
  deletedAt?: number | undefined
  flags: number
  embeds: APIEmbed[]
  components: APIMessageTopLevelComponent[]
  attachments: APIAttachment[]
  mentionedUserIds: string[]
  mentionedRoleIds: string[]
  mentionsEveryone: boolean
  readonly pings: Pings
  readonly reference?: APIMessageReference | undefined
  readonly nonce?: string | number | undefined
  readonly reactions: Map<string, Set<string>>
  /** Only this person sees it (ephemeral). */
  readonly onlyFor?: string | undefined
  /** The interaction that it came through. */
  readonly interaction?: InteractionRecord | undefined
  threadId?: string | undefined
}

export interface InteractionRecord {
  readonly id: string
  readonly token: string
  readonly type: InteractionType
  readonly userId: string
  readonly channelId: string
  readonly guildId?: string | undefined
  /** The command's name or the custom id. */
  readonly name: string
  readonly createdAt: number
  /** A context menu command, not a slash command. */
  readonly isMenu: boolean
  /** The message whose button was pressed. */
  readonly sourceMessageId?: string | undefined
  /** The message or person of a context menu command. */
  readonly targetId?: string | undefined
  /** Whose installation of the app it came through: the guild's, the person's, or both. */
  readonly owners: APIAuthorizingIntegrationOwnersMap
  answer?: APIInteractionResponse | undefined
  answeredAt?: number | undefined
  /** The message that `@original` means. */
  originalId?: string | undefined
  /** All messages that came through its token, `@original` included, oldest first. */
  readonly messageIds: string[]
}

/** Whether the app is a member of the place, not only installed by the person. */
export function isGuildInstall(owners: InteractionRecord['owners']): boolean {
  return ApplicationIntegrationType.GuildInstall in owners
}

export interface CommandSet {
  readonly commands: APIApplicationCommand[]
  /** When commands were created, of the last day. */
  readonly createdAt: readonly number[]
  /** How often this set was put; the bot should do so only when it changed. */
  readonly registrations: number
}

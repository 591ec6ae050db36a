import {
  ApplicationIntegrationType,
  InteractionContextType,
  type InteractionType,
  PermissionFlagsBits,
} from 'discord-api-types/v10'
import { toApiChannel } from '../state/channel-payload.ts'
import { toPartialMember } from '../state/guild-payload.ts'
import { toApiMessage } from '../state/message-payload.ts'
import { can, permissionsIn } from '../state/permissions.ts'
import {
  type ChannelRecord,
  type GuildRecord,
  type InteractionRecord,
  isGuildInstall,
  type MessageRecord,
} from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { NotAllowedError } from './not-allowed-error.ts'
import type { Person } from './person.ts'

/** The part of an interaction that differs between commands, components and modals. */
export interface InteractionData {
  readonly type: InteractionType
  readonly name: string
  readonly data: object
  readonly isMenu?: boolean
  readonly targetId?: string
  readonly message?: MessageRecord | undefined
}

/** Begins an interaction and sends INTERACTION_CREATE (receiving-and-responding.mdx, "Interaction Object"). */
export function invoke(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  wanted: InteractionData,
): InteractionRecord {
  const guild = channel.guildId === undefined ? undefined : state.guilds.get(channel.guildId)
  const hasBot = guild === undefined || guild.members.has(state.bot.id)
  checkMayUse(state, person, channel, hasBot)
  const interaction: InteractionRecord = {
    id: state.newId(),
    token: `interaction-${state.newId()}`,
    type: wanted.type,
    userId: person.id,
    channelId: channel.id,
    guildId: guild?.id,
    name: wanted.name,
    isMenu: wanted.isMenu ?? false,
    createdAt: state.clock.now(),
    sourceMessageId: wanted.message?.id,
    targetId: wanted.targetId,
    owners: ownersOf(person, guild, hasBot),
    messageIds: [],
  }
  state.interactions.set(interaction.token, interaction)
  const { id: interactionId, type: kind, name } = interaction
  state.ledger.append({ type: 'interaction.created', interactionId, kind, userId: person.id, name })
  const d = payloadOf(state, { person, channel, guild, interaction, wanted })
  // To the guild's shard where the bot is a member; else, as without a guild, to shard 0.
  state.emit({ t: 'INTERACTION_CREATE', d, guildId: hasBot ? guild?.id : undefined, channelId: channel.id })
  return interaction
}

interface Parts {
  readonly person: Person
  readonly channel: ChannelRecord
  readonly guild: GuildRecord | undefined
  readonly interaction: InteractionRecord
  readonly wanted: InteractionData
}

function payloadOf(state: DiscordState, { person, channel, guild, interaction, wanted }: Parts): object {
  return {
    id: interaction.id,
    application_id: state.bot.id,
    type: interaction.type,
    token: interaction.token,
    version: 1,
    data: wanted.data,
    channel_id: channel.id,
    channel: {
      ...toApiChannel(state, channel),
      permissions: permissionsIn(state, channel, person.id).toString(),
    },
    ...whoAndWhere(state, person, channel, guild),
    message: wanted.message && toApiMessage(state, wanted.message),
    app_permissions: appPermissions(state, channel, interaction).toString(),
    locale: person.locale,
    entitlements: [],
    authorizing_integration_owners: interaction.owners,
    context: guild === undefined ? InteractionContextType.BotDM : InteractionContextType.Guild,
    attachment_size_limit: 10 * 1024 * 1024,
  }
}

/** "`member` is sent when the interaction is invoked in a guild, and `user` is sent when invoked in a DM" */
function whoAndWhere(
  state: DiscordState,
  person: Person,
  channel: ChannelRecord,
  guild: GuildRecord | undefined,
): object {
  if (guild === undefined) return { user: person.user }
  const member = guild.members.get(person.id)
  if (member === undefined) throw new Error(`${person.user.username} is no member of the guild`)
  const permissions = permissionsIn(state, channel, person.id).toString()
  return {
    guild_id: guild.id,
    guild: { id: guild.id, locale: guild.locale, features: [] },
    guild_locale: guild.locale,
    member: { ...toPartialMember(member), user: person.user, permissions },
  }
}

function appPermissions(
  state: DiscordState,
  channel: ChannelRecord,
  { owners, userId }: InteractionRecord,
): bigint {
  const { AttachFiles, EmbedLinks, MentionEveryone, UseExternalEmojis } = PermissionFlagsBits
  if (channel.guildId === undefined) return AttachFiles | EmbedLinks | MentionEveryone | UseExternalEmojis
  // What a person's own installation may do depends on what that person may do.
  return permissionsIn(state, channel, isGuildInstall(owners) ? state.bot.id : userId)
}

/** "Authorizing Integration Owners Object": the guild's id, or "0" in a direct message with the bot. */
function ownersOf(
  person: Person,
  guild: GuildRecord | undefined,
  hasBot: boolean,
): InteractionRecord['owners'] {
  return {
    ...(hasBot ? { [ApplicationIntegrationType.GuildInstall]: guild?.id ?? '0' } : {}),
    ...(person.hasInstalledApp ? { [ApplicationIntegrationType.UserInstall]: person.id } : {}),
  }
}

function checkMayUse(state: DiscordState, person: Person, channel: ChannelRecord, hasBot: boolean): void {
  const { username } = person.user
  if (!hasBot && !person.hasInstalledApp) throw new NotAllowedError(`${username} has not installed the app`)
  if (!can(state, channel, person.id, PermissionFlagsBits.UseApplicationCommands)) {
    throw new NotAllowedError(`${username} may not use apps in ${channel.name || 'this direct message'}`)
  }
  if (channel.isArchived) throw new NotAllowedError('nobody uses apps in an archived thread')
}

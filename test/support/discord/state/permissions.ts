import { ChannelType, OverwriteType, PermissionFlagsBits } from 'discord-api-types/v10'
import type { ChannelRecord, GuildRecord, MemberRecord } from './records.ts'
import type { DiscordState } from './state.ts'

const allPermissions = Object.values(PermissionFlagsBits).reduce((all, bit) => all | bit, 0n)

/** What a new guild lets everyone do, as far as text goes. */
export const everyonePermissions =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.CreatePublicThreads |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.AddReactions |
  PermissionFlagsBits.UseApplicationCommands |
  PermissionFlagsBits.UseExternalEmojis |
  PermissionFlagsBits.Connect |
  PermissionFlagsBits.Speak |
  PermissionFlagsBits.UseVAD |
  PermissionFlagsBits.RequestToSpeak

const directMessagePermissions = everyonePermissions | PermissionFlagsBits.MentionEveryone

/** The pseudo code of developers/topics/permissions.mdx, "Permission Overwrites". */
export function permissionsIn(state: DiscordState, channel: ChannelRecord, userId: string): bigint {
  if (channel.guildId === undefined)
    return channel.recipientIds.includes(userId) ? directMessagePermissions : 0n
  const guild = state.guilds.get(channel.guildId)
  const member = guild?.members.get(userId)
  if (guild === undefined || member === undefined) return 0n
  const base = basePermissions(guild, member)
  if (base & PermissionFlagsBits.Administrator) return allPermissions
  if (isClosedTo(channel, userId, base)) return 0n
  const permissions = applyOverwrites(base, guild, member, overwritesFor(state, channel))
  // Without ViewChannel every other permission of the channel is denied too.
  return permissions & PermissionFlagsBits.ViewChannel ? permissions : 0n
}

/** Private threads are for those who were invited and for moderators (threads.mdx, "Permissions"). */
function isClosedTo(thread: ChannelRecord, userId: string, base: bigint): boolean {
  const isModerator = (base & PermissionFlagsBits.ManageThreads) !== 0n
  return thread.type === ChannelType.PrivateThread && !thread.participantIds.has(userId) && !isModerator
}

export function basePermissions(guild: GuildRecord, member: MemberRecord): bigint {
  if (guild.ownerId === member.userId) return allPermissions
  const roleIds = [guild.id, ...member.roleIds]
  const permissions = roleIds.reduce((sum, id) => sum | BigInt(guild.roles.get(id)?.permissions ?? '0'), 0n)
  return permissions & PermissionFlagsBits.Administrator ? allPermissions : permissions
}

export function can(
  state: DiscordState,
  channel: ChannelRecord,
  userId: string,
  permission: bigint,
): boolean {
  return (permissionsIn(state, channel, userId) & permission) === permission
}

/** Speaking in a thread has its own permission. */
export function sendPermission(channel: ChannelRecord): bigint {
  return isThread(channel) ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages
}

export function isThread(channel: ChannelRecord): boolean {
  return (
    channel.type === ChannelType.PublicThread ||
    channel.type === ChannelType.PrivateThread ||
    channel.type === ChannelType.AnnouncementThread
  )
}

export function isVoice({ type }: ChannelRecord): boolean {
  return type === ChannelType.GuildVoice || type === ChannelType.GuildStageVoice
}

/** Threads have no overwrites of their own; they take those of their channel. */
function overwritesFor(state: DiscordState, channel: ChannelRecord): ChannelRecord['overwrites'] {
  const parent =
    isThread(channel) && channel.parentId !== undefined ? state.channels.get(channel.parentId) : undefined
  return parent?.overwrites ?? channel.overwrites
}

function applyOverwrites(
  base: bigint,
  guild: GuildRecord,
  member: MemberRecord,
  overwrites: ChannelRecord['overwrites'],
): bigint {
  let permissions = base
  const apply = (deny: bigint, allow: bigint) => {
    permissions = (permissions & ~deny) | allow
  }
  const everyone = overwrites.get(guild.id)
  if (everyone !== undefined) apply(BigInt(everyone.deny), BigInt(everyone.allow))
  const ofRoles = [...overwrites.values()].filter(
    (o) => o.type === OverwriteType.Role && member.roleIds.has(o.id),
  )
  apply(union(ofRoles.map((o) => o.deny)), union(ofRoles.map((o) => o.allow)))
  const own = overwrites.get(member.userId)
  if (own !== undefined) apply(BigInt(own.deny), BigInt(own.allow))
  return permissions
}

function union(bitfields: string[]): bigint {
  return bitfields.reduce((sum, bits) => sum | BigInt(bits), 0n)
}

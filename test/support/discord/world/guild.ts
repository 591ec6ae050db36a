import { type APIRole, ChannelType, type RoleFlags } from 'discord-api-types/v10'
import { createChannel } from '../state/channels.ts'
import { toApiMember, toGuildCreate } from '../state/guild-payload.ts'
import { everyonePermissions } from '../state/permissions.ts'
import type { GuildRecord, MemberRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { Channel } from './channel.ts'
import type { Person } from './person.ts'

export interface NewGuild {
  readonly name?: string
  readonly id?: string
  readonly locale?: string
  readonly owner?: Person
  /** The bot is no member: only people who installed the app for themselves can use it there. */
  readonly withoutBot?: boolean
  /** Permissions of the bot's own role, beside what everyone has. */
  readonly botPermissions?: bigint
}

export interface NewMember {
  readonly nick?: string
  readonly roleIds?: readonly string[]
}

export interface NewVoiceChannel {
  /** How many people it takes; any number unless told. */
  readonly userLimit?: number
  readonly isStage?: boolean
}

/** A guild as tests act on it. */
export class Guild {
  readonly id: string
  readonly #state: DiscordState
  readonly #record: GuildRecord

  private constructor(state: DiscordState, record: GuildRecord) {
    this.#state = state
    this.#record = record
    this.id = record.id
  }

  static create(state: DiscordState, options: NewGuild): Guild {
    const id = options.id ?? state.newId()
    const record: GuildRecord = {
      id,
      name: options.name ?? 'guild',
      ownerId: options.owner?.id ?? state.newId(),
      locale: options.locale ?? 'en-US',
      isAvailable: true,
      roles: new Map([[id, newRole(id, '@everyone', everyonePermissions)]]),
      members: new Map(),
    }
    state.guilds.set(id, record)
    const guild = new Guild(state, record)
    if (options.owner !== undefined) guild.add(options.owner)
    if (options.withoutBot !== true) guild.addBot(options.botPermissions)
    return guild
  }

  /** The bot joins, with a role of its own, and gets GUILD_CREATE. */
  addBot(permissions = 0n): void {
    const roleId = this.role('companion', permissions)
    this.#record.members.set(this.#state.bot.id, this.#newMember(this.#state.bot.id, { roleIds: [roleId] }))
    this.#emit('GUILD_CREATE', toGuildCreate(this.#state, this.#record))
  }

  /** The bot is thrown out: GUILD_DELETE without `unavailable`. */
  removeBot(): void {
    this.#record.members.delete(this.#state.bot.id)
    this.#emit('GUILD_DELETE', { id: this.id })
  }

  /** An outage: GUILD_DELETE with `unavailable`, and silence until it comes back. */
  goesDown(): void {
    this.#emit('GUILD_DELETE', { id: this.id, unavailable: true })
    this.#record.isAvailable = false
  }

  comesBack(): void {
    this.#record.isAvailable = true
    this.#emit('GUILD_CREATE', toGuildCreate(this.#state, this.#record))
  }

  add(person: Person, options: NewMember = {}): void {
    const member = this.#newMember(person.id, options)
    this.#record.members.set(person.id, member)
    this.#emit('GUILD_MEMBER_ADD', { ...toApiMember(this.#state, member), guild_id: this.id })
  }

  remove(person: Person): void {
    this.#record.members.delete(person.id)
    const user = this.#state.users.get(person.id)
    this.#emit('GUILD_MEMBER_REMOVE', { guild_id: this.id, user })
  }

  /** A new role; returns its id. */
  role(name: string, permissions: bigint): string {
    const role = newRole(this.#state.newId(), name, permissions)
    this.#record.roles.set(role.id, role)
    this.#emit('GUILD_ROLE_CREATE', { guild_id: this.id, role })
    return role.id
  }

  channel(name: string, type: ChannelType = ChannelType.GuildText): Channel {
    return new Channel(this.#state, createChannel(this.#state, { type, name, guildId: this.id }))
  }

  /** A place to talk; on a stage people listen until they are asked to speak. */
  voiceChannel(name: string, { userLimit = 0, isStage = false }: NewVoiceChannel = {}): Channel {
    const type = isStage ? ChannelType.GuildStageVoice : ChannelType.GuildVoice
    return new Channel(this.#state, createChannel(this.#state, { type, name, userLimit, guildId: this.id }))
  }

  #newMember(userId: string, { nick, roleIds = [] }: NewMember): MemberRecord {
    return { userId, nick: nick ?? null, roleIds: new Set(roleIds), joinedAt: this.#state.clock.now() }
  }

  #emit(t: string, d: object): void {
    this.#state.emit({ t, d, guildId: this.id })
  }
}

function newRole(id: string, name: string, permissions: bigint): APIRole {
  return {
    id,
    name,
    permissions: permissions.toString(),
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    position: name === '@everyone' ? 0 : 1,
    managed: false,
    mentionable: false,
    flags: 0 as RoleFlags,
  }
}

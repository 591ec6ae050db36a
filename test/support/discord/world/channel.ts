import { OverwriteType } from 'discord-api-types/v10'
import { toApiChannel } from '../state/channel-payload.ts'
import { createThread } from '../state/channels.ts'
import { isThread } from '../state/permissions.ts'
import type { ChannelRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import type { Person } from './person.ts'

/** A channel, thread or direct message as tests act on it. */
export class Channel {
  readonly id: string
  readonly record: ChannelRecord
  readonly #state: DiscordState

  constructor(state: DiscordState, record: ChannelRecord) {
    this.#state = state
    this.record = record
    this.id = record.id
  }

  /** Its messages that are not deleted, oldest first; ephemeral ones are not among them. */
  get messages(): MessageRecord[] {
    return this.record.messageIds
      .flatMap((id) => this.#state.messages.get(id) ?? [])
      .filter((message) => message.deletedAt === undefined && message.onlyFor === undefined)
  }

  thread(name: string, by: Person, fromMessage?: MessageRecord): Channel {
    return new Channel(
      this.#state,
      createThread(this.#state, this.record, { name, ownerId: by.id, fromMessage }),
    )
  }

  /** Takes permissions from a role or member here; without one, from the bot. */
  deny(permissions: bigint, from?: { roleId: string } | Person): void {
    this.#overwrite(from, (allow, deny) => [allow & ~permissions, deny | permissions])
  }

  allow(permissions: bigint, to?: { roleId: string } | Person): void {
    this.#overwrite(to, (allow, deny) => [allow | permissions, deny & ~permissions])
  }

  archive(): void {
    this.record.isArchived = true
    this.#emit('THREAD_UPDATE')
  }

  delete(): void {
    this.record.isDeleted = true
    this.#emit(isThread(this.record) ? 'THREAD_DELETE' : 'CHANNEL_DELETE')
  }

  #overwrite(
    subject: { roleId: string } | Person | undefined,
    change: (allow: bigint, deny: bigint) => [allow: bigint, deny: bigint],
  ): void {
    const isRole = subject !== undefined && 'roleId' in subject
    const id = isRole ? subject.roleId : (subject?.id ?? this.#state.bot.id)
    const known = this.record.overwrites.get(id)
    const [allow, deny] = change(BigInt(known?.allow ?? 0), BigInt(known?.deny ?? 0))
    const type = isRole ? OverwriteType.Role : OverwriteType.Member
    this.record.overwrites.set(id, { id, type, allow: allow.toString(), deny: deny.toString() })
    this.#emit('CHANNEL_UPDATE')
  }

  #emit(t: string): void {
    const { guildId } = this.record
    // Without channelId: the bot is told of the change that takes the channel from its sight.
    this.#state.emit({ t, d: toApiChannel(this.#state, this.record), guildId })
  }
}

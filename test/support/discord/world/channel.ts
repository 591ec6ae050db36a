import { OverwriteType } from 'discord-api-types/v10'
import { announceChannel } from '../state/channels.ts'
import { isThread } from '../state/permissions.ts'
import type { ChannelRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { createThread } from '../state/threads.ts'
import type { Heard } from '../voice/heard.ts'
import { voiceOf } from '../voice/microphone.ts'
import type { Voice } from '../voice/voice.ts'
import type { Person } from './person.ts'

/** Whose permissions are changed: a role, a person or, when absent, the bot. */
type Subject = { readonly roleId: string } | Person

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

  get name(): string {
    return this.record.name || 'the direct message'
  }

  /** Empty for a direct message. */
  get guildId(): string {
    return this.record.guildId ?? ''
  }

  /** Its messages that are not deleted, oldest first; ephemeral ones are not among them. */
  get messages(): MessageRecord[] {
    return this.record.messageIds
      .flatMap((id) => this.#state.messages.get(id) ?? [])
      .filter((message) => message.deletedAt === undefined && message.onlyFor === undefined)
  }

  thread(
    name: string,
    by: Person,
    options: { fromMessage?: MessageRecord; isPrivate?: boolean } = {},
  ): Channel {
    return new Channel(
      this.#state,
      createThread(this.#state, this.record, { name, ownerId: by.id, ...options }),
    )
  }

  /** The thread that was begun from a message. */
  threadOf(message: MessageRecord): Channel | undefined {
    const record = this.#state.channels.get(message.threadId ?? '')
    return record === undefined ? undefined : new Channel(this.#state, record)
  }

  /** Adds somebody, or the bot, to a thread; a bot that gains sight of it gets THREAD_CREATE (threads.mdx). */
  invite(person?: Person): void {
    this.record.participantIds.add(person?.id ?? this.#state.bot.id)
    if (person === undefined) announceChannel(this.#state, this.record, 'THREAD_CREATE')
  }

  deny(permissions: bigint, from?: Subject): void {
    this.#overwrite(from, (allow, deny) => [allow & ~permissions, deny | permissions])
  }

  allow(permissions: bigint, to?: Subject): void {
    this.#overwrite(to, (allow, deny) => [allow | permissions, deny & ~permissions])
  }

  /** What was heard of the bot in this voice channel; with `since` only from then on. */
  heard(options: { readonly since?: number } = {}): Promise<Heard> {
    return this.#voice.room(this.id).heard(options)
  }

  /** Until the bot is connected to this voice channel and sound can go both ways. */
  waitForBot(deadlineMs?: number): Promise<void> {
    return this.#voice.waitUntilReady(this.id, deadlineMs)
  }

  get #voice(): Voice {
    return voiceOf(this.#state)
  }

  archive(): void {
    this.record.isArchived = true
    announceChannel(this.#state, this.record, 'THREAD_UPDATE')
  }

  delete(): void {
    this.record.isDeleted = true
    this.#state.voice?.moderation.channelIsGone(this.id)
    announceChannel(this.#state, this.record, isThread(this.record) ? 'THREAD_DELETE' : 'CHANNEL_DELETE')
  }

  #overwrite(subject: Subject | undefined, change: (allow: bigint, deny: bigint) => [bigint, bigint]): void {
    const isRole = subject !== undefined && 'roleId' in subject
    const id = isRole ? subject.roleId : (subject?.id ?? this.#state.bot.id)
    const known = this.record.overwrites.get(id)
    const [allow, deny] = change(BigInt(known?.allow ?? 0), BigInt(known?.deny ?? 0))
    const type = isRole ? OverwriteType.Role : OverwriteType.Member
    this.record.overwrites.set(id, { id, type, allow: allow.toString(), deny: deny.toString() })
    announceChannel(this.#state, this.record, 'CHANNEL_UPDATE')
  }
}

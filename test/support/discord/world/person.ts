import { type APIAttachment, type APIUser, ApplicationCommandType, type Locale } from 'discord-api-types/v10'
import { openDirectChannel } from '../state/channels.ts'
import { createMessage, deleteMessage, editMessage } from '../state/messages.ts'
import { can, sendPermission } from '../state/permissions.ts'
import { toggleReaction } from '../state/reactions.ts'
import type { ChannelRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { Channel } from './channel.ts'
import { autocompleteData, menuData, type OptionValues, slashData } from './command-data.ts'
import { clickData, modalData, selectData } from './component-data.ts'
import { Interaction } from './interaction.ts'
import { invoke } from './invoke.ts'

export interface NewPerson {
  readonly id?: string
  readonly isBot?: boolean
  readonly locale?: Locale | `${Locale}`
}

export interface SayOptions {
  /** Puts the bot's mention in front. */
  readonly mentionBot?: boolean
  readonly replyTo?: MessageRecord
  /** Whether the reply pings the author of the replied message; people do by default. */
  readonly pings?: boolean
  readonly attachments?: APIAttachment[]
}

export class NotAllowedError extends Error {
  override readonly name = 'NotAllowedError'
}

/** Somebody who talks, edits, deletes, types, clicks and uses commands. */
export class Person {
  readonly id: string
  readonly user: APIUser
  readonly locale: string
  /** Installed the app for themselves: its commands work in guilds without the bot. */
  hasInstalledApp = false
  readonly #state: DiscordState

  constructor(state: DiscordState, user: APIUser, locale: string) {
    this.#state = state
    this.user = user
    this.id = user.id
    this.locale = locale
  }

  /** The direct channel between this person and the bot. */
  get dm(): Channel {
    return new Channel(this.#state, openDirectChannel(this.#state, this.id))
  }

  says(
    channel: Channel,
    text: string,
    { mentionBot, replyTo, pings = true, attachments }: SayOptions = {},
  ): MessageRecord {
    this.#require(channel.record, sendPermission(channel.record))
    return createMessage(this.#state, channel.record, {
      author: this.user,
      content: mentionBot ? `<@${this.#state.bot.id}> ${text}` : text,
      replyTo,
      attachments,
      allowedMentions: pings
        ? undefined
        : { parse: ['users', 'roles', 'everyone'] as never[], replied_user: false },
    })
  }

  edits(message: MessageRecord, text: string): void {
    if (message.author.id !== this.id) throw new NotAllowedError('nobody edits what others wrote')
    editMessage(this.#state, message, { content: text })
  }

  /** Deletes a message; as a moderator also those of others. */
  deletes(message: MessageRecord): void {
    deleteMessage(this.#state, message, this.id)
  }

  types(channel: Channel): void {
    const { id: channelId, guildId } = channel.record
    const timestamp = Math.floor(this.#state.clock.now() / 1_000)
    this.#state.ledger.append({ type: 'typing', channelId, userId: this.id })
    const d = { channel_id: channelId, guild_id: guildId, user_id: this.id, timestamp }
    this.#state.emit({ t: 'TYPING_START', d, guildId, channelId })
  }

  reacts(message: MessageRecord, emoji: string): void {
    toggleReaction(this.#state, message, { userId: this.id, emoji, added: true })
  }

  unreacts(message: MessageRecord, emoji: string): void {
    toggleReaction(this.#state, message, { userId: this.id, emoji, added: false })
  }

  /** Takes no direct messages from the bot any more: sending one answers 50007. */
  closesDms(): void {
    this.#state.closedToBot.add(this.id)
  }

  /** `/ask question:...`; a subcommand is named with a space: `persona set`. */
  slash(channel: Channel, name: string, values: OptionValues = {}): Interaction {
    return this.#invoke(channel, slashData(this.#state, channel.record, name, values))
  }

  /** What is typed into an option so far; the bot answers with choices. */
  autocomplete(channel: Channel, name: string, values: OptionValues, focused: string): Interaction {
    return this.#invoke(channel, autocompleteData(this.#state, channel.record, name, values, focused))
  }

  /** A command of the context menu of a message or a person. */
  contextMenu(channel: Channel, name: string, target: MessageRecord | Person): Interaction {
    const type = target instanceof Person ? ApplicationCommandType.User : ApplicationCommandType.Message
    return this.#invoke(channel, menuData(this.#state, channel.record, { name, type, targetId: target.id }))
  }

  clicks(message: MessageRecord, customId: string): Interaction {
    return this.#invokeOn(message, clickData(message, customId))
  }

  selects(message: MessageRecord, customId: string, values: string[]): Interaction {
    return this.#invokeOn(message, selectData(message, customId, values))
  }

  /** Fills in and sends the modal that an interaction was answered with. */
  submitsModal(opened: Interaction, fields: Record<string, string>): Interaction {
    const channel = this.#channelOf(opened.record.channelId)
    return this.#invoke(channel, modalData(opened.record, fields))
  }

  #invokeOn(message: MessageRecord, data: Parameters<typeof invoke>[3]): Interaction {
    const isHidden = message.onlyFor !== undefined && message.onlyFor !== this.id
    if (isHidden || message.deletedAt !== undefined)
      throw new NotAllowedError('this person does not see that message')
    return this.#invoke(this.#channelOf(message.channelId), data)
  }

  #invoke(channel: Channel, data: Parameters<typeof invoke>[3]): Interaction {
    return new Interaction(this.#state, invoke(this.#state, this, channel.record, data))
  }

  #channelOf(channelId: string): Channel {
    const record = this.#state.channels.get(channelId)
    if (record === undefined) throw new NotAllowedError('the channel is gone')
    return new Channel(this.#state, record)
  }

  #require(channel: ChannelRecord, permission: bigint): void {
    if (!can(this.#state, channel, this.id, permission)) {
      throw new NotAllowedError(
        `${this.user.username} may not write in ${channel.name || 'this direct message'}`,
      )
    }
  }
}

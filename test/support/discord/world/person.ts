import {
  AllowedMentionsTypes,
  type APIUser,
  ApplicationCommandType,
  type Locale,
  MessageFlags,
} from 'discord-api-types/v10'
import { openDirectChannel } from '../state/channels.ts'
import { toPartialMember } from '../state/guild-payload.ts'
import { createMessage, deleteMessage, deleteMessages, editMessage } from '../state/messages.ts'
import { can, sendPermission } from '../state/permissions.ts'
import { toggleReaction } from '../state/reactions.ts'
import type { MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'
import { keepUploads, type Upload } from '../state/uploads.ts'
import { changeVoice, enterVoice, leaveVoice, speakerOf, type VoiceFlags } from '../voice/microphone.ts'
import type { Sound } from '../voice/sound.ts'
import type { SpeakOptions, Spoken } from '../voice/speaker.ts'
import { Channel } from './channel.ts'
import { autocompleteData, menuData, type OptionValues, slashData } from './command-data.ts'
import { clickData, modalData, selectData } from './component-data.ts'
import { Interaction } from './interaction.ts'
import { type InteractionData, invoke } from './invoke.ts'
import { NotAllowedError } from './not-allowed-error.ts'

export interface NewPerson {
  readonly id?: string
  readonly isBot?: boolean
  /** The language of their Discord, `en-US` unless told. */
  readonly locale?: `${Locale}`
}

export interface SayOptions {
  /** Puts the bot's mention in front. */
  readonly mentionBot?: boolean
  readonly replyTo?: MessageRecord
  /** Whether the reply pings the author of the replied message; people do by default. */
  readonly pings?: boolean
  readonly files?: readonly Upload[]
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

  says(channel: Channel, text: string, options: SayOptions = {}): MessageRecord {
    const { mentionBot, replyTo, pings = true, files = [] } = options
    if (!can(this.#state, channel.record, this.id, sendPermission(channel.record))) {
      throw new NotAllowedError(`${this.user.username} may not write in ${channel.name}`)
    }
    return createMessage(this.#state, channel.record, {
      author: this.user,
      content: mentionBot ? `<@${this.#state.bot.id}> ${text}` : text,
      replyTo,
      attachments: keepUploads(this.#state, files),
      flags: files.some(({ voice }) => voice !== undefined) ? MessageFlags.IsVoiceMessage : undefined,
      allowedMentions: { parse: Object.values(AllowedMentionsTypes), replied_user: pings },
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

  /** Deletes many messages of a channel at once, as moderators do: one MESSAGE_DELETE_BULK. */
  purges(messages: readonly MessageRecord[]): void {
    deleteMessages(this.#state, messages, this.id)
  }

  types(channel: Channel): void {
    const { id: channelId, guildId } = channel.record
    const timestamp = Math.floor(this.#state.clock.now() / 1_000)
    const member = this.#state.guilds.get(guildId ?? '')?.members.get(this.id)
    this.#state.ledger.append({ type: 'typing', channelId, userId: this.id })
    const who = { user_id: this.id, member: member && { ...toPartialMember(member), user: this.user } }
    const d = { channel_id: channelId, guild_id: guildId, timestamp, ...who }
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
    return this.#invoke(channel, slashData(this.#state, this, channel.record, { name, values }))
  }

  /** What is typed into an option so far; the bot answers with choices. */
  autocomplete(channel: Channel, name: string, values: OptionValues, focused: string): Interaction {
    return this.#invoke(
      channel,
      autocompleteData(this.#state, this, channel.record, { name, values, focused }),
    )
  }

  /** A command of the context menu of a message or a person. */
  contextMenu(channel: Channel, name: string, target: MessageRecord | Person): Interaction {
    const type = target instanceof Person ? ApplicationCommandType.User : ApplicationCommandType.Message
    return this.#invoke(
      channel,
      menuData(this.#state, this, channel.record, { name, type, targetId: target.id }),
    )
  }

  clicks(message: MessageRecord, customId: string): Interaction {
    return this.#invoke(this.#whereSeen(message), clickData(message, customId))
  }

  selects(message: MessageRecord, customId: string, values: readonly string[]): Interaction {
    return this.#invoke(this.#whereSeen(message), selectData(message, customId, values))
  }

  /** Fills in and sends the modal that an interaction was answered with. */
  submitsModal(opened: Interaction, fields: Readonly<Record<string, string>>): Interaction {
    const { sourceMessageId = '', channelId } = opened.record
    const message = this.#state.messages.get(sourceMessageId)
    return this.#invoke(this.#channel(channelId), { ...modalData(opened.record, fields), message })
  }

  /** Enters a voice channel, out of another one of that guild. */
  joinVoice(channel: Channel, flags: VoiceFlags = {}): void {
    enterVoice(this.#state, channel.record, this.id, flags)
  }

  /** Out of all voice channels. */
  leaveVoice(): void {
    leaveVoice(this.#state, this.id)
  }

  /** Mutes or deafens themselves, or lets themselves be heard again. */
  setsVoice(flags: VoiceFlags): void {
    changeVoice(this.#state, this.id, flags)
  }

  /** Talks in real time in the voice channel they are in. Resolves when the last packet is sent. */
  speaks(sound: Sound, options: SpeakOptions = {}): Promise<Spoken> {
    return speakerOf(this.#state, this.id).speaks(sound, options)
  }

  #invoke(channel: Channel, data: InteractionData): Interaction {
    return new Interaction(this.#state, invoke(this.#state, this, channel.record, data))
  }

  #whereSeen({ channelId, onlyFor, deletedAt }: MessageRecord): Channel {
    const isHidden = onlyFor !== undefined && onlyFor !== this.id
    if (isHidden || deletedAt !== undefined)
      throw new NotAllowedError('this person does not see that message')
    return this.#channel(channelId)
  }

  #channel(channelId: string): Channel {
    const record = this.#state.channels.get(channelId)
    if (record === undefined || record.isDeleted) throw new NotAllowedError('the channel is gone')
    return new Channel(this.#state, record)
  }
}

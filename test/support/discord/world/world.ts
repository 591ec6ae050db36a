import { eventually } from '../deadline.ts'
import type { LedgerEntry } from '../ledger.ts'
import { addPreviews, fetchedLinks } from '../state/links.ts'
import type { CommandSet, InteractionRecord, MessageRecord } from '../state/records.ts'
import { type DiscordState, newUser } from '../state/state.ts'
import { Guild, type NewGuild } from './guild.ts'
import { type NewPerson, Person } from './person.ts'

const defaultDeadlineMs = 5_000

/** The people and places of this Discord, and what can be seen there. */
export class World {
  readonly #state: DiscordState

  constructor(state: DiscordState) {
    this.#state = state
  }

  /** A new guild, with the bot in it unless told otherwise. */
  guild(options: NewGuild = {}): Guild {
    return Guild.create(this.#state, options)
  }

  /** A new person; `isBot` for another bot that talks. */
  person(name: string, options: NewPerson = {}): Person {
    const user = newUser(options.id ?? this.#state.newId(), name, options)
    this.#state.users.set(user.id, user)
    return new Person(this.#state, user, options.locale ?? 'en-US')
  }

  /** Every message ever, deleted and ephemeral ones included, oldest first. */
  get messages(): MessageRecord[] {
    return [...this.#state.messages.values()]
  }

  message(id: string): MessageRecord | undefined {
    return this.#state.messages.get(id)
  }

  /** What the bot wrote. */
  get botMessages(): MessageRecord[] {
    return this.messages.filter(({ author }) => author.id === this.#state.bot.id)
  }

  get interactions(): InteractionRecord[] {
    return [...this.#state.interactions.values()]
  }

  /** Each time somebody, usually the bot, began to type. */
  get typing(): (LedgerEntry & { type: 'typing' })[] {
    return this.#state.ledger.of('typing')
  }

  /** The registered commands, of a guild or the global ones. */
  commands(guildId = ''): CommandSet {
    return this.#state.commands.get(guildId) ?? { commands: [], registrations: 0, createdAt: [] }
  }

  /** The bytes of an attachment. */
  file(attachmentId: string): Uint8Array | undefined {
    return this.#state.files.get(attachmentId)?.bytes
  }

  /** The bot's replies to a message, not deleted, oldest first. */
  repliesTo({ id }: MessageRecord): MessageRecord[] {
    return (this.#state.replies.get(id) ?? [])
      .flatMap((replyId) => this.#state.messages.get(replyId) ?? [])
      .filter(({ author, deletedAt }) => author.id === this.#state.bot.id && deletedAt === undefined)
  }

  /** Addresses that Discord would fetch for a preview, and so tell to whoever runs that host. */
  fetchedLinks(message: MessageRecord): string[] {
    return fetchedLinks(message)
  }

  /** The previews of a message's links arrive: MESSAGE_UPDATE without an edit. */
  previewsArrive(message: MessageRecord): void {
    addPreviews(this.#state, message)
  }

  /** The first message that fits now or before the deadline. It is looked at again at every create, edit and delete. */
  waitForMessage(
    fits: (message: MessageRecord) => boolean,
    deadlineMs = defaultDeadlineMs,
  ): Promise<MessageRecord> {
    return this.waitFor('a message that fits', () => this.messages.find(fits), deadlineMs)
  }

  /** The bot's first reply to a message. */
  waitForReply(to: MessageRecord, deadlineMs = defaultDeadlineMs): Promise<MessageRecord> {
    return this.waitFor(`a reply to ${to.id}`, () => this.repliesTo(to)[0], deadlineMs)
  }

  /** The first value that `look` finds; it is asked again whenever something happened. */
  waitFor<T>(what: string, look: () => T | undefined, deadlineMs = defaultDeadlineMs): Promise<T> {
    return eventually(this.#state.ledger, look, { what, deadlineMs })
  }
}

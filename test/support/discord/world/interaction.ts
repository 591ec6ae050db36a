import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10'
import { eventually } from '../deadline.ts'
import { firstAnswerMs } from '../state/interaction-times.ts'
import type { InteractionRecord, MessageRecord } from '../state/records.ts'
import type { DiscordState } from '../state/state.ts'

const defaultDeadlineMs = 5_000

/** What a person sees of an interaction they began. */
export class Interaction {
  readonly record: InteractionRecord
  readonly #state: DiscordState

  constructor(state: DiscordState, record: InteractionRecord) {
    this.#state = state
    this.record = record
  }

  /** "The application did not respond": no answer within three seconds. */
  get hasFailed(): boolean {
    return this.record.answer === undefined && this.#state.clock.now() - this.record.createdAt > firstAnswerMs
  }

  /** How long the first answer took. */
  get answeredAfterMs(): number | undefined {
    return this.record.answeredAt === undefined ? undefined : this.record.answeredAt - this.record.createdAt
  }

  get isDeferred(): boolean {
    return this.record.answer?.type === InteractionResponseType.DeferredChannelMessageWithSource
  }

  /** Whether only the person sees the answer. */
  get isEphemeral(): boolean {
    return ((this.original?.flags ?? 0) & MessageFlags.Ephemeral) !== 0
  }

  /** The message that the bot calls `@original`. */
  get original(): MessageRecord | undefined {
    return this.#state.messages.get(this.record.originalId ?? '')
  }

  /** Everything that came through this interaction, oldest first, without deleted messages. */
  get messages(): MessageRecord[] {
    return this.record.messageIds
      .flatMap((id) => this.#state.messages.get(id) ?? [])
      .filter((message) => message.deletedAt === undefined)
  }

  /** The choices of an answered autocomplete. */
  get choices(): readonly { readonly name: string; readonly value: string | number }[] {
    const { answer } = this.record
    return answer?.type === InteractionResponseType.ApplicationCommandAutocompleteResult
      ? (answer.data.choices ?? [])
      : []
  }

  /** Resolves with the first answer, whatever its kind. */
  waitForAnswer(deadlineMs = defaultDeadlineMs): Promise<NonNullable<InteractionRecord['answer']>> {
    return this.#wait('an answer to the interaction', () => this.record.answer, deadlineMs)
  }

  /** Resolves with the first message that is no "thinking…" and fits. */
  waitForMessage(
    fits: (message: MessageRecord) => boolean = () => true,
    deadlineMs = defaultDeadlineMs,
  ): Promise<MessageRecord> {
    const isShown = (message: MessageRecord) => (message.flags & MessageFlags.Loading) === 0
    return this.#wait(
      'a message of the interaction',
      () => this.messages.find((m) => isShown(m) && fits(m)),
      deadlineMs,
    )
  }

  #wait<T>(what: string, look: () => T | undefined, deadlineMs: number): Promise<T> {
    return eventually(this.#state.ledger, look, { what, deadlineMs })
  }
}

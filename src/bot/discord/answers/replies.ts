import type { Bus } from '#core/bus/bus.ts'
import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import type { Author, ReplyEvent } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Database } from '#core/store/database.ts'
import { markDelivered } from '#core/store/deliveries.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { envelope } from '../envelope.ts'
import { RecentMap } from '../recent-map.ts'
import { AnswerGoneError, QuestionGoneError, RefusedError, TokenExpiredError } from '../rest/faults.ts'
import type { Tasks } from '../tasks.ts'
import type { Address } from './address.ts'
import { EditPace } from './edit-pace.ts'
import { LiveReply } from './live-reply.ts'
import { openFallback, openSurface, type SurfaceDeps } from './open-surface.ts'
import { renderReply } from './render.ts'
import { ReplyFeeds } from './reply-feeds.ts'
import type { End } from './reply-text.ts'
import type { Surface } from './surface.ts'
import { TypingIndicator } from './typing.ts'

/** A question that is owed an answer. */
export interface Question {
  readonly turnId: string
  readonly author: Author
  readonly messageId: string
  readonly address: Address
}

export interface RepliesOptions extends SurfaceDeps {
  readonly bus: Bus
  readonly db: Database
  readonly tasks: Tasks
  readonly logger: Logger
  /** Aborting ends the rendering where it stands; what is not delivered then is delivered by the sweep of a later process. */
  readonly signal: AbortSignal
}

export interface BeginOptions {
  /** An earlier process may have shown some of the answer, or this one got the event twice. */
  readonly isRecalled: boolean
  /** The end, when it is known already. */
  readonly end?: End
  /** Messages that are known to show the answer; then nothing is read back. */
  readonly known?: readonly string[]
}

/** Past this, the sweep shows the answer whenever it is there; more answers at once than this, too. */
const patienceMs = 20 * 60_000
const maxLive = 1_000

/** The answers that this process is showing, each by one renderer from its first word to its delivery. */
export class Replies {
  readonly #options: RepliesOptions
  readonly #live = new Map<string, LiveReply>()
  /** Turns whose answer nobody can or wants to see; kept until the database knows. */
  readonly #unwanted = new RecentMap<string, true>(1_000)
  readonly #pace = new EditPace()
  readonly #feeds: ReplyFeeds
  readonly #typing: TypingIndicator

  constructor(options: RepliesOptions) {
    this.#options = options
    this.#feeds = new ReplyFeeds(options.bus, options.tasks, (event) => this.#onEvent(event))
    this.#typing = new TypingIndicator(options.rest, options.tasks)
  }

  isLive(turnId: string): boolean {
    return this.#live.has(turnId)
  }

  /** Begins to show the answer to a question; call it before the question is enqueued, so that no word is missed. */
  begin(question: Question, options: BeginOptions): void {
    const { turnId } = question
    const live = this.#live.get(turnId)
    if (options.end) live?.finish(options.end)
    if (live !== undefined || this.#live.size >= maxLive) return
    const reply = new LiveReply()
    if (options.end) reply.finish(options.end)
    this.#live.set(turnId, reply)
    this.#options.tasks.run('answer', () => this.#run(question, reply, options))
  }

  /** The question was not taken after all: says why in place of the answer. */
  refuse(turnId: string, sentence: string): void {
    this.#live.get(turnId)?.finish({ status: 'failed', text: '', notice: sentence })
  }

  /** Nothing will come, and nothing is said about it. */
  drop(turnId: string): void {
    this.#live.get(turnId)?.retract()
  }

  /** Takes back what is shown of an answer, now and for good. */
  retract(question: Question): void {
    this.begin(question, { isRecalled: true, end: { status: 'retracted', text: '' } })
  }

  #onEvent(event: ReplyEvent): void {
    this.#live.get(event.turnId)?.accept(event)
  }

  async #run(question: Question, reply: LiveReply, options: BeginOptions): Promise<void> {
    const { signal, logger } = this.#options
    const { turnId, author, address } = question
    using _feed = this.#feeds.follow(author)
    using _typing =
      reply.end === undefined && address.kind === 'message' ? this.#typing.show(address.channelId) : undefined
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
    try {
      let shown = await this.#show(question, reply, options, patience)
      // The question may be deleted just when its answer was complete.
      while (shown.length > 0 && reply.end?.status === 'retracted')
        shown = await this.#show(question, reply, { isRecalled: false, known: shown }, patience)
    } catch (error) {
      if (patience.aborted) return
      logger.warn('an answer could not be shown for now; it is tried again', { turnId, error })
    } finally {
      this.#live.delete(turnId)
    }
  }

  /** Shows the answer to its end and says so in the database; returns the messages that show it now. */
  async #show(
    question: Question,
    reply: LiveReply,
    options: BeginOptions,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { db, logger } = this.#options
    const { turnId } = question
    let messageIds: readonly string[] = []
    try {
      if (this.#unwanted.get(turnId) === undefined)
        messageIds = await this.#render(question, reply, options, signal)
    } catch (error) {
      if (error instanceof QuestionGoneError) await this.#takeBack(question)
      else if (!(error instanceof AnswerGoneError || error instanceof RefusedError)) throw error
      else logger.info('an answer is not wanted or not allowed where it was asked for', { turnId, error })
      this.#unwanted.set(turnId, true)
      if (reply.end === undefined) this.#cancel(question, 'stop')
      return []
    }
    await markDelivered(db, turnId, { messageIds })
    return messageIds
  }

  async #render(question: Question, reply: LiveReply, options: BeginOptions, signal: AbortSignal) {
    const { turnId, address } = question
    const known = options.known?.map((id) => ({ id, content: '' }))
    const render = (surface: Surface, isRecalled: boolean) =>
      renderReply({ reply, surface, pace: this.#pace, known, isRecalled, signal })
    try {
      return await render(openSurface(this.#options, turnId, address), options.isRecalled)
    } catch (error) {
      if (!(error instanceof TokenExpiredError) || address.kind !== 'interaction') throw error
      const fallback = openFallback(this.#options, turnId, address)
      if (fallback === undefined) throw new RefusedError('the interaction expired where we may not write')
      return await render(fallback, true)
    }
  }

  /** The question was deleted and nobody told us: make it so everywhere. */
  async #takeBack(question: Question): Promise<void> {
    const { bus, signal } = this.#options
    const { turnId, author, messageId } = question
    this.#cancel(question, 'deleted')
    await enqueueChat(bus, { ...envelope(turnId), type: 'chat.retract', author, messageId }, { signal })
  }

  #cancel({ turnId, author }: Question, reason: 'stop' | 'deleted'): void {
    const cancel = { ...envelope(turnId), type: 'chat.cancel', turnId, reason } as const
    cancelChat(this.#options.bus, userKey(author), cancel)
  }
}

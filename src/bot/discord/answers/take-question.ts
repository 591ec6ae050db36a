import { enqueueChat } from '#core/bus/chat-bus.ts'
import { LaneFullError } from '#core/bus/errors.ts'
import type { ChatRequest } from '#core/protocol/chat.ts'
import { getTurn } from '#core/store/turns.ts'
import type { Bot, KnownQuestion } from '../bot-context.ts'
import { strings } from '../strings.ts'
import { within } from '../within.ts'

/** A person who floods is told so this often. */
const refuseEveryMs = 30_000

/**
 * Shows that an answer is coming and puts the question in the queue; resolves when it is safe there. Asked again (Discord
 * repeats events, a new process sees replayed ones) it changes nothing.
 */
export async function takeQuestion(bot: Bot, question: KnownQuestion, request: ChatRequest): Promise<void> {
  const { turnId, author } = question
  if (bot.replies.isLive(turnId)) return
  const seen = await whatIsKnown(bot, turnId)
  if (seen === 'delivered' || question.isDeleted) return
  bot.replies.begin(question, { isRecalled: seen === 'perhaps' })
  try {
    await enqueueChat(bot.bus, request, { signal: bot.signal })
  } catch (error) {
    if (bot.signal.aborted) throw error
    bot.questions.delete(question.messageId)
    if (!(error instanceof LaneFullError))
      bot.logger.error('a question could not be queued', { turnId, error })
    const sentence = error instanceof LaneFullError ? strings.tooManyWaiting : strings.cannotTakeQuestions
    // An interaction always needs an answer; it is shown to the person alone.
    const isToBeSaid =
      question.address.kind === 'interaction' ||
      bot.hints.passes(`refused ${author.platformUserId}`, refuseEveryMs)
    if (isToBeSaid) bot.replies.refuse(turnId, sentence)
    else bot.replies.drop(turnId)
  }
}

type Seen = 'no' | 'perhaps' | 'delivered'

const deadlineMs = 2_000

/** Whether this turn was begun before, by whatever process. While the database is away the channel is looked at instead. */
async function whatIsKnown({ db, logger }: Bot, turnId: string): Promise<Seen> {
  try {
    const turn = await within(deadlineMs, 'looking up a turn', getTurn(db, turnId))
    if (turn === undefined) return 'no'
    return turn.deliveredAt !== undefined || turn.status === 'retracted' ? 'delivered' : 'perhaps'
  } catch (error) {
    logger.warn('it could not be looked up whether a question is new', { turnId, error })
    return 'perhaps'
  }
}

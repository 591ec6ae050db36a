import { type REST, Routes } from 'discord.js'
import { AnswerGoneError, attempt, ignoreGone, needsHistory, QuestionGoneError } from '../rest/faults.ts'
import { messageBody, ReturnedMessage } from '../rest/message-body.ts'
import { readBack } from '../rest/read-back.ts'
import type { Shown, Surface } from './surface.ts'

export interface ChannelSurfaceOptions {
  readonly rest: REST
  readonly selfId: string
  readonly turnId: string
  readonly channelId: string
  /** The message that the answer replies to, if there is one. */
  readonly questionId: string | undefined
  /** False after an interaction, whose own message may be gone without the question being taken back. */
  readonly mustExist: boolean
}

/**
 * Replies in a channel, thread or direct message. The first part replies to the question and each further one to the part
 * before, so that an answer stays together in a busy channel and can be found again after a restart.
 */
export class ChannelSurface implements Surface {
  readonly maxParts = 10
  readonly paceKey: string
  readonly #options: ChannelSurfaceOptions
  #isRecalled = false

  constructor(options: ChannelSurfaceOptions) {
    this.#options = options
    this.paceKey = options.channelId
  }

  async send(content: string, shown: readonly Shown[]): Promise<Shown> {
    const { questionId, mustExist } = this.#options
    const previous = shown.at(-1)
    const body = { ...messageBody(content), nonce: this.#nonce(shown.length), enforce_nonce: true }
    const repliedTo = previous?.id ?? questionId
    if (repliedTo === undefined) return await this.#post(body)
    const reference = { message_id: repliedTo, fail_if_not_exists: mustExist || previous !== undefined }
    try {
      return await this.#post({ ...body, message_reference: reference })
    } catch (error) {
      // Without the history there is no replying, nor a way to tell after a restart whether it was sent before.
      if (!needsHistory(error) || this.#isRecalled) throw previous === undefined ? error : asAnswerGone(error)
      return await this.#post(body)
    }
  }

  async edit(message: Shown, content: string): Promise<Shown> {
    const { rest, channelId } = this.#options
    await attempt(() =>
      rest.patch(Routes.channelMessage(channelId, message.id), { body: messageBody(content) }),
    )
    return { id: message.id, content }
  }

  async remove(message: Shown): Promise<void> {
    const { rest, channelId } = this.#options
    await ignoreGone(() => attempt(() => rest.delete(Routes.channelMessage(channelId, message.id))))
  }

  async recall(): Promise<Shown[]> {
    const { rest, channelId, questionId, selfId } = this.#options
    this.#isRecalled = true
    if (questionId === undefined) return []
    const messages = await readBack(rest, channelId, questionId)
    const own = messages.filter(({ author }) => author?.id === selfId)
    return chainOfReplies(own, questionId)
  }

  async #post(body: object): Promise<Shown> {
    const { rest, channelId } = this.#options
    const raw = await attempt(() => rest.post(Routes.channelMessages(channelId), { body }))
    const { id, content } = ReturnedMessage.parse(raw)
    return { id, content }
  }

  /** At most 25 characters; 22 of the turn's keep 110 bits. Discord returns the earlier message when it repeats. */
  #nonce(index: number): string {
    return `${this.#options.turnId.slice(0, 22)}-${index.toString(36)}`
  }
}

/** A further part refers to our own part before, so what is gone then is the answer. */
function asAnswerGone(error: unknown): unknown {
  return error instanceof QuestionGoneError
    ? new AnswerGoneError('the part before is gone', { cause: error })
    : error
}

function chainOfReplies(messages: readonly ReturnedMessage[], questionId: string): Shown[] {
  const byReference = new Map(messages.map((message) => [message.message_reference?.message_id, message]))
  const chain: Shown[] = []
  for (let next = byReference.get(questionId); next; next = byReference.get(next.id)) {
    if (chain.some(({ id }) => id === next?.id)) break
    chain.push({ id: next.id, content: next.content })
  }
  return chain
}

import { setTimeout as wait } from 'node:timers/promises'
import type { Bus } from '#core/bus/bus.ts'
import { cancelChat, enqueueChat } from '#core/bus/chat-bus.ts'
import { LaneFullError } from '#core/bus/errors.ts'
import type { Author, ChatRequest } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Ledger } from '../ledger.ts'
import { answerTo, edited } from './question.ts'
import { requestOf } from './request.ts'

const fullLanePauseMs = 50

/** What every app does with what its platform tells it; writes down what was accepted. */
export class PlatformApp {
  readonly #name: string
  readonly #bus: Bus
  readonly #ledger: Ledger

  constructor(name: string, bus: Bus, ledger: Ledger) {
    this.#name = name
    this.#bus = bus
    this.#ledger = ledger
  }

  /** A message; resolves when it was accepted. The platform, or the browser, gives it an id that is the person's own. */
  async say(person: Author, number: number, messageId?: string): Promise<void> {
    const request = requestOf(person, number, messageId)
    while (!(await this.#isAccepted(request))) await wait(fullLanePauseMs)
    const { turnId, text } = request
    const [user, expected] = [userKey(person), answerTo(text)]
    this.#ledger.append({ type: 'sent', user, turnId, expected, app: this.#name })
  }

  async edit(person: Author, number: number): Promise<void> {
    const { v, id, at, correlationId, turnId, messageId, text } = requestOf(person, number)
    const amended = edited(text)
    const work = { v, id: `${id}-edit`, at, correlationId, author: person, messageId, text: amended }
    await enqueueChat(this.#bus, { ...work, type: 'chat.amend' })
    const [user, expected] = [userKey(person), answerTo(amended)]
    this.#ledger.append({ type: 'edited', user, turnId, expected, app: this.#name })
  }

  /** At once for a running turn, and durably for everything else. */
  async delete(person: Author, number: number): Promise<void> {
    const { v, id, at, correlationId, turnId, messageId, text: question } = requestOf(person, number)
    const common = { v, id: `${id}-delete`, at, correlationId, messageId }
    const user = userKey(person)
    cancelChat(this.#bus, user, { ...common, type: 'chat.cancel', turnId, reason: 'deleted' })
    await enqueueChat(this.#bus, { ...common, type: 'chat.retract', author: person })
    this.#ledger.append({ type: 'deleted', user, turnId, question })
  }

  async #isAccepted(request: ChatRequest): Promise<boolean> {
    try {
      await enqueueChat(this.#bus, request)
      return true
    } catch (error) {
      // As a person who is told to wait: the same message is sent again later.
      if (error instanceof LaneFullError) return false
      throw error
    }
  }
}

import type { ReplyEvent, ReplyStatus } from '#core/protocol/chat.ts'
import { protocolVersion } from '#core/protocol/envelope.ts'
import { atRoundEnd, callOff } from './round-end.ts'

/** Where reply events go: to whoever listens now, and, for late readers, to the record. */
export interface ReplyOutlet {
  publish(event: ReplyEvent): void
  /** Never rejects; an event that could not be kept is the outlet's to log. */
  record(event: ReplyEvent): Promise<void>
  /** Resolves when an end that was published is kept, however long that takes: then the queue may forget the request. */
  keepEnd(event: ReplyEvent): Promise<void>
}

export interface ReplyTurn {
  readonly turnId: string
  readonly correlationId: string
  readonly attempt: number
}

export interface ReplyOutcome {
  readonly status: ReplyStatus
  readonly text: string
  readonly notice?: string | undefined
}

const checkpointEveryMs = 1_000

/**
 * Numbers and sends the events of one attempt at a turn. Text that arrives within one round of the event loop goes out
 * as one delta; about every second a checkpoint repeats the whole text. Nothing here waits: this is the path of every
 * token.
 */
export class ReplyStream implements Disposable {
  readonly #turn: ReplyTurn
  readonly #outlet: ReplyOutlet
  #index = 0
  #text = ''
  #pending = ''
  readonly #flush = () => this.#sendPending()
  #checkpoint: NodeJS.Timeout | undefined
  #recording: Promise<void> | undefined

  constructor(turn: ReplyTurn, outlet: ReplyOutlet) {
    this.#turn = turn
    this.#outlet = outlet
  }

  start(): void {
    this.#keep(this.#send({ ...this.#next(), type: 'reply.start' }))
  }

  text(text: string): void {
    this.#pending += text
    atRoundEnd(this.#flush)
  }

  expression(name: string): void {
    this.#sendPending()
    this.#send({ ...this.#next(), type: 'reply.expression', name })
  }

  /** Sends what the turn came to; resolves when it is kept for late readers. */
  async end(outcome: ReplyOutcome): Promise<void> {
    this.#sendPending()
    this[Symbol.dispose]()
    const event = this.#send(endEvent(this.#turn, this.#index++, outcome))
    await this.#recording
    await this.#outlet.keepEnd(event)
  }

  /** Sends nothing more; what was not sent yet is dropped. */
  [Symbol.dispose](): void {
    callOff(this.#flush)
    clearTimeout(this.#checkpoint)
    this.#checkpoint = undefined
  }

  #sendPending(): void {
    callOff(this.#flush)
    if (this.#pending === '') return
    const text = this.#pending
    this.#pending = ''
    this.#text += text
    this.#send({ ...this.#next(), type: 'reply.delta', text })
    this.#checkpoint ??= setTimeout(() => this.#sendCheckpoint(), checkpointEveryMs)
  }

  #sendCheckpoint(): void {
    this.#checkpoint = undefined
    this.#keep(this.#send({ ...this.#next(), type: 'reply.checkpoint', text: this.#text }))
  }

  /** One at a time, in order; while the record is slow, checkpoints are left out. */
  #keep(event: ReplyEvent): void {
    if (this.#recording) return
    this.#recording = this.#outlet.record(event).finally(() => {
      this.#recording = undefined
    })
  }

  #send(event: ReplyEvent): ReplyEvent {
    this.#outlet.publish(event)
    return event
  }

  #next() {
    return eventFields(this.#turn, this.#index++)
  }
}

/** An end that is sent again has an index above all others: nobody knows any more how far the first went. */
const repeatedEndIndex = 2 ** 31 - 1

/** The end of a turn that was finished before, by this process or another. */
export function repeatedEnd(turn: ReplyTurn, outcome: ReplyOutcome): ReplyEvent {
  return endEvent(turn, repeatedEndIndex, outcome)
}

function endEvent(turn: ReplyTurn, index: number, { status, text, notice }: ReplyOutcome): ReplyEvent {
  const fields = { ...eventFields(turn, index), type: 'reply.end', status, text } as const
  return notice === undefined ? fields : { ...fields, notice }
}

function eventFields({ turnId, correlationId, attempt }: ReplyTurn, index: number) {
  const id = `${turnId}-${attempt}-${index}`
  return { v: protocolVersion, id, at: Date.now(), correlationId, turnId, attempt, index } as const
}

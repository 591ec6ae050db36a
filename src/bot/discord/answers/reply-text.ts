import type { ReplyEnd, ReplyEvent } from '#core/protocol/chat.ts'

export type End = Pick<ReplyEnd, 'status' | 'text' | 'notice'>

/**
 * The text of an answer as its events come in. Events of the bus may be lost, doubled or (after a worker died) begin again;
 * after a gap the text stands still until a checkpoint or the end tells all of it.
 */
export class ReplyText {
  text = ''
  end: End | undefined
  #attempt = 0
  #nextIndex = 0

  /** Whether the event changed something to show. */
  accept(event: ReplyEvent): boolean {
    if (this.end !== undefined || event.attempt < this.#attempt) return false
    if (event.attempt > this.#attempt) this.#beginAgain(event.attempt)
    if (event.type === 'reply.end') return this.finish(event)
    if (event.type === 'reply.checkpoint') return this.#catchUp(event.index, event.text)
    if (event.index !== this.#nextIndex) return false
    this.#nextIndex++
    if (event.type !== 'reply.delta') return false
    this.text += event.text
    return true
  }

  /** The end, from an event or from the database. */
  finish({ status, text, notice }: End): boolean {
    if (this.end !== undefined) return false
    this.end = { status, text, ...(notice === undefined ? {} : { notice }) }
    this.text = text
    return true
  }

  #beginAgain(attempt: number): void {
    this.#attempt = attempt
    this.#nextIndex = 0
    this.text = ''
  }

  #catchUp(index: number, text: string): boolean {
    if (index < this.#nextIndex) return false
    const isNew = this.text !== text
    this.#nextIndex = index + 1
    this.text = text
    return isNew
  }
}

import type { ReplyEvent } from '#core/protocol/chat.ts'
import { type End, ReplyText } from './reply-text.ts'

/** An answer on its way: takes events at any time, and lets the one renderer wait for something new to show. */
export class LiveReply {
  readonly #reply = new ReplyText()
  readonly #over = Promise.withResolvers<void>()
  #changed = Promise.withResolvers<void>()
  #isRetracted = false

  get text(): string {
    return this.#reply.text
  }

  /** How it ended; a retraction counts also after the end. */
  get end(): End | undefined {
    return this.#isRetracted ? retracted : this.#reply.end
  }

  accept(event: ReplyEvent): void {
    if (event.type === 'reply.end' && event.status === 'retracted') this.retract()
    else if (this.#reply.accept(event)) this.#wake()
  }

  finish(end: End): void {
    if (end.status === 'retracted') this.retract()
    else if (this.#reply.finish(end)) this.#wake()
  }

  /** The question was taken back: show nothing, whatever else comes. */
  retract(): void {
    this.#isRetracted = true
    this.#wake()
  }

  /** Resolves when something changed since it was last called. */
  async change(): Promise<void> {
    await this.#changed.promise
    this.#changed = Promise.withResolvers<void>()
  }

  /** Resolves when the answer has ended. */
  get over(): Promise<void> {
    return this.#over.promise
  }

  #wake(): void {
    this.#changed.resolve()
    if (this.end !== undefined) this.#over.resolve()
  }
}

const retracted: End = { status: 'retracted', text: '' }

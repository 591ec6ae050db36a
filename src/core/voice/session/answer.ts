import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import type { TurnEnd, TurnEvent } from '#core/chat/run-turn.ts'
import type { VoiceClock } from '#core/voice/clock.ts'

/**
 * One answer as it is made. The mouth reads `pieces`; when the mouth fails, `finish` reads the rest, so that it can be
 * shown in writing.
 */
export class Answer {
  readonly #events: AsyncIterator<TurnEvent>
  readonly #clock: VoiceClock
  readonly startedMs: number
  firstTextMs: number | undefined
  /** All of it that was made so far. */
  text = ''
  end: TurnEnd | undefined

  constructor(events: AsyncIterable<TurnEvent>, clock: VoiceClock) {
    this.#events = events[Symbol.asyncIterator]()
    this.#clock = clock
    this.startedMs = clock.now()
  }

  async *pieces(): AsyncGenerator<AnswerPiece, void, undefined> {
    for (;;) {
      const piece = await this.#next()
      if (piece === undefined) return
      yield piece
    }
  }

  /** Reads what the mouth left, unless the turn was aborted. */
  async finish(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.#next()) !== undefined);
    await this.close()
  }

  async close(): Promise<void> {
    await this.#events.return?.()
  }

  async #next(): Promise<AnswerPiece | undefined> {
    if (this.end) return undefined
    const { value, done } = await this.#events.next()
    if (done) return undefined
    if (value.type === 'end') {
      this.end = value
      return undefined
    }
    if (value.type === 'text') {
      this.firstTextMs ??= this.#clock.now()
      this.text += value.text
    }
    return value
  }
}

import { atRoundEnd, callOff } from '#core/chat/round-end.ts'
import type { ReplyEvent } from '#core/protocol/chat.ts'
import type { FinishedReplies } from './finished-reply.ts'
import { LiveTurns } from './live-turns.ts'
import type { ServerFrame } from './socket-protocol.ts'

/** A frame about one turn, also as the JSON that all sockets send. */
export interface TurnFrame {
  readonly type: ServerFrame['type']
  readonly turn: string
  /** Where a message was said; only frames of type `said` know. */
  readonly placeId?: string
  readonly json: string
}

/** Gets every frame about the person's turns, of whatever conversation. */
export type FeedReader = (frame: TurnFrame) => void

/**
 * What happens to one person's turns, decoded once and told to all of their sockets in this process. What `live` shows
 * and what readers were told agree whenever `flush` has been called.
 */
export class UserFeed {
  readonly live: LiveTurns
  readonly #readers = new Set<FeedReader>()
  #pending: { readonly turn: string; text: string } | undefined
  readonly #flush = () => this.flush()

  constructor(replies: FinishedReplies) {
    this.live = new LiveTurns((end) => replies.of(end))
  }

  /** Tells what an event from the bus changes. */
  take(event: ReplyEvent): void {
    this.tell(this.live.take(event))
  }

  read(reader: FeedReader): Disposable {
    this.#readers.add(reader)
    return { [Symbol.dispose]: () => this.#readers.delete(reader) }
  }

  tell(frames: readonly ServerFrame[]): void {
    for (const frame of frames) {
      if (frame.type === 'delta') this.#tellDelta(frame.turn, frame.text)
      else if ('turn' in frame) this.#tellNow(frame.turn, frame)
    }
  }

  /** A message was accepted at one of the person's places. */
  tellSaid(placeId: string, frame: Extract<ServerFrame, { type: 'said' }>): void {
    this.flush()
    this.#hand({ type: 'said', turn: frame.turn, placeId, json: JSON.stringify(frame) })
  }

  /** Tells what is held back of text. */
  flush(): void {
    const pending = this.#pending
    if (pending === undefined) return
    callOff(this.#flush)
    this.#pending = undefined
    this.#send(pending.turn, { type: 'delta', turn: pending.turn, text: pending.text })
  }

  /** Tokens that arrive in one round of the event loop go out as one frame. */
  #tellDelta(turn: string, text: string): void {
    if (this.#pending?.turn === turn) this.#pending.text += text
    else {
      this.flush()
      this.#pending = { turn, text }
      atRoundEnd(this.#flush)
    }
  }

  #tellNow(turn: string, frame: ServerFrame): void {
    this.flush()
    this.#send(turn, frame)
  }

  #send(turn: string, frame: ServerFrame): void {
    this.#hand({ type: frame.type, turn, json: JSON.stringify(frame) })
  }

  #hand(frame: TurnFrame): void {
    for (const reader of this.#readers) reader(frame)
  }
}

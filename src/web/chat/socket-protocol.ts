/**
 * What the chat page and the server say to each other over `/chat/socket`, one JSON object per frame. The browser
 * imports these types only; the server checks what browsers send in `client-frame.ts`.
 *
 * The page says `hello` first and is answered by a `snapshot`; from then on snapshot + frames since = fresh snapshot.
 */

/** An answer that will not change any more. `html` is safe to insert; `text` is the Markdown it was made from. */
export interface FinishedReply {
  readonly status: 'complete' | 'stopped' | 'failed'
  readonly text: string
  readonly html: string
  /** The plain sentence to show when the answer failed. */
  readonly notice?: string
  /** In how many parts `/chat/turns/<id>/speech` can read it aloud; 0: nothing to say. */
  readonly speechParts: number
}

export type ReplyView =
  /** Accepted, not begun: earlier messages come first. */
  | { readonly status: 'waiting' }
  | { readonly status: 'running'; readonly text: string; readonly expression?: string }
  | FinishedReply

/** One message of the person and the answer to it. */
export interface TurnView {
  readonly id: string
  readonly said: string
  readonly reply: ReplyView
}

export type ServerFrame =
  /** The newest turns, oldest first. Replaces whatever the page shows. */
  | { readonly type: 'snapshot'; readonly turns: readonly TurnView[] }
  /** A message of this person was accepted, from this page or another one; `replaces` is taken away. */
  | { readonly type: 'said'; readonly turn: string; readonly said: string; readonly replaces?: string }
  | { readonly type: 'accepted'; readonly key: string; readonly turn: string }
  | { readonly type: 'refused'; readonly key: string; readonly notice: string }
  /** The answer begins, perhaps anew: text shown so far is void. */
  | { readonly type: 'start'; readonly turn: string }
  | { readonly type: 'delta'; readonly turn: string; readonly text: string }
  | { readonly type: 'expression'; readonly turn: string; readonly name: string }
  | { readonly type: 'end'; readonly turn: string; readonly reply: FinishedReply }
  /** Take the message and its answer away. */
  | { readonly type: 'gone'; readonly turn: string }
  /** Every 20 seconds: the line is alive. A page that hears nothing for twice as long connects anew. */
  | { readonly type: 'tick' }

export type ClientFrame =
  /** `ticket`, where people sign in: from `POST /sockets/ticket?for=chat`, for this socket only. */
  | { readonly type: 'hello'; readonly conversation: string; readonly ticket?: string }
  /** `key` makes the send happen once, however often it arrives; `replaces` is the person's last turn here. */
  | { readonly type: 'send'; readonly key: string; readonly text: string; readonly replaces?: string }
  | { readonly type: 'stop'; readonly turn: string }

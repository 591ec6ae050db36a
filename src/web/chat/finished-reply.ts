import { renderMarkdown } from '../markdown/render-markdown.ts'
import { speakableParts } from '../markdown/speakable-parts.ts'
import type { TurnEnd } from './live-turns.ts'
import type { FinishedReply } from './socket-protocol.ts'

const kept = 500

/** Renders answers once: a thousand pages that come back together ask for the same ones. */
export class FinishedReplies {
  readonly #replies = new Map<string, FinishedReply>()

  /** Not for turns that were taken back: there is nothing to show of them. */
  of({ turnId, status, text, notice }: Omit<TurnEnd, 'attempt'>): FinishedReply {
    const known = this.#replies.get(turnId)
    if (known?.status === status && known.text === text && known.notice === notice) return known
    const reply: FinishedReply = {
      status: status === 'retracted' ? 'stopped' : status,
      text,
      html: renderMarkdown(text),
      speechParts: speakableParts(text).length,
      ...(notice === undefined ? {} : { notice }),
    }
    this.#replies.delete(turnId)
    this.#replies.set(turnId, reply)
    const [oldest] = this.#replies.keys()
    if (this.#replies.size > kept && oldest !== undefined) this.#replies.delete(oldest)
    return reply
  }
}

import type { ReplyEvent } from '#core/protocol/chat.ts'
import type { Bus } from './bus.ts'
import { followTurn, lastReply } from './chat-bus.ts'
import { settlesWithin } from './within.ts'

export interface ResumeOptions {
  readonly signal: AbortSignal
  /** After so long without anything new, the record is asked whether something was missed: 3 s unless told otherwise. */
  readonly recheckMs?: number
}

interface Position {
  readonly attempt: number
  readonly index: number
}

/**
 * Everything of a turn for a reader that comes late or comes back: the newest record (start, checkpoint or end) and what
 * follows it live, each event once, in order, without gaps: after a gap comes the next event that holds the whole text.
 * Ends after `reply.end`, or when the signal aborts.
 */
export async function* resumeTurn(
  bus: Bus,
  user: string,
  turnId: string,
  { signal, recheckMs = 3_000 }: ResumeOptions,
): AsyncGenerator<ReplyEvent, void> {
  const listening = new AbortController()
  const live = followTurn(bus, user, turnId, { signal: AbortSignal.any([signal, listening.signal]) })
  const events = live[Symbol.asyncIterator]()
  let position: Position = { attempt: 0, index: -1 }
  try {
    // Listening comes first: what is said while the record is on its way must not be missed.
    let pending = events.next()
    let event = await lastReplyIfAny(bus, user, turnId, signal)
    let recheckAt = performance.now() + recheckMs
    while (!signal.aborted) {
      if (event && follows(event, position)) {
        position = event
        recheckAt = performance.now() + recheckMs
        yield event
        if (event.type === 'reply.end') return
      }
      const isHeard = await settlesWithin(pending, recheckAt - performance.now())
      if (isHeard) {
        const result = await pending
        if (result.done) return
        pending = events.next()
        event = result.value
      } else {
        event = await lastReplyIfAny(bus, user, turnId, signal)
        recheckAt = performance.now() + recheckMs
      }
    }
  } finally {
    listening.abort()
  }
}

/** Whether a reader that is at `position` may take the event: it continues the text, or holds the whole of it. */
export function follows(event: ReplyEvent, { attempt, index }: Position): boolean {
  const isNext = event.attempt === attempt && event.index === index + 1
  const isLater = event.attempt > attempt || (event.attempt === attempt && event.index > index)
  return isNext || (isLater && holdsWholeText(event))
}

function holdsWholeText({ type }: ReplyEvent): boolean {
  return type === 'reply.start' || type === 'reply.checkpoint' || type === 'reply.end'
}

/** The broker may be away just now; the live events, or the next look, will tell. */
async function lastReplyIfAny(
  bus: Bus,
  user: string,
  turnId: string,
  signal: AbortSignal,
): Promise<ReplyEvent | undefined> {
  try {
    return await lastReply(bus, user, turnId, { signal })
  } catch {
    return undefined
  }
}

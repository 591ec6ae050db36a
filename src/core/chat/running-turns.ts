import type { ChatCancel, ChatRequest } from '#core/protocol/chat.ts'
import { everyone, userKey } from '#core/protocol/subjects.ts'

/** Why a turn was stopped; the reason of its signal. */
class TurnStoppedError extends Error {
  override readonly name = 'TurnStoppedError'
  readonly reason: ChatCancel['reason']
  constructor(reason: ChatCancel['reason']) {
    super(`the turn was stopped: ${reason}`)
    this.reason = reason
  }
}

export interface RunningTurn extends Disposable {
  /** Aborts with a TurnStoppedError when the turn is cancelled. */
  readonly signal: AbortSignal
  /** Why the turn was cancelled, if it was. */
  readonly stopped: ChatCancel['reason'] | undefined
}

interface Entry {
  readonly user: string
  readonly request: ChatRequest
  readonly controller: AbortController
  readonly over: PromiseWithResolvers<void>
}

/** How many cancels are remembered for turns that still wait in the queue, and for how long. */
const maxRemembered = 1_000
const rememberedMs = 15 * 60_000

/**
 * The turns that run in this process: at most one per person and place. A cancel also reaches a turn that has not
 * begun yet, because every worker hears every cancel and keeps it for a while.
 */
export class RunningTurns {
  readonly #running = new Map<string, Entry>()
  #remembered: { readonly user: string; readonly cancel: ChatCancel; readonly at: number }[] = []

  /** Waits until the person's running turn at this place is over, then counts the new one as running. */
  async begin(request: ChatRequest): Promise<RunningTurn> {
    const user = userKey(request.author)
    const lane = `${user} ${request.place.id}`
    for (let other = this.#running.get(lane); other !== undefined; other = this.#running.get(lane))
      await other.over.promise
    const entry: Entry = { user, request, controller: new AbortController(), over: Promise.withResolvers() }
    this.#running.set(lane, entry)
    this.#applyRemembered(entry)
    return {
      signal: entry.controller.signal,
      get stopped() {
        const { reason } = entry.controller.signal
        return reason instanceof TurnStoppedError ? reason.reason : undefined
      },
      [Symbol.dispose]: () => {
        this.#running.delete(lane)
        entry.over.resolve()
      },
    }
  }

  cancel(user: string, cancel: ChatCancel): void {
    const at = performance.now()
    this.#remembered = [...this.#remembered.filter((one) => at - one.at < rememberedMs), { user, cancel, at }]
    if (this.#remembered.length > maxRemembered) this.#remembered.shift()
    for (const entry of this.#running.values()) if (isOf(entry, user)) stopIfMeant(entry, cancel)
  }

  #applyRemembered(entry: Entry): void {
    for (const { user, cancel } of this.#remembered) if (isOf(entry, user)) stopIfMeant(entry, cancel)
  }
}

function isOf(entry: Entry, user: string): boolean {
  return user === everyone || entry.user === user
}

function stopIfMeant({ request, controller }: Entry, cancel: ChatCancel): void {
  if (isMeant(request, cancel)) controller.abort(new TurnStoppedError(cancel.reason))
}

/** A cancel that names no turn means what the person had asked when it was sent, not what they ask later. */
function isMeant(request: ChatRequest, { turnId, messageId, at }: ChatCancel): boolean {
  if (turnId === undefined && messageId === undefined) return request.at <= at
  return request.turnId === turnId || request.messageId === messageId
}

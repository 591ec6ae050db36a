import type { Ledger } from './ledger.ts'

class NotSeenError extends Error {
  override readonly name = 'NotSeenError'
  readonly waitedMs: number

  constructor(what: string, waitedMs: number, lately: string) {
    super(`${what}: not seen within ${waitedMs} ms. The last entries of the ledger:\n${lately}`)
    this.waitedMs = waitedMs
  }
}

export interface WaitOptions {
  /** What is awaited, for the error. */
  readonly what: string
  readonly deadlineMs: number
}

/** Between two looks while much is happening: thousands may wait at once. */
const pauseMs = 5
/** Between two looks while nothing happens here: what is looked at may change in the bot under test. */
const idleMs = 25

/** Looks again soon after the ledger grows, and now and then; rejects with NotSeenError at the deadline. */
export function eventually<T>(
  ledger: Ledger,
  look: () => T | undefined,
  { what, deadlineMs }: WaitOptions,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let next: NodeJS.Timeout | undefined
  const attempt = () => {
    next = undefined
    const found = look()
    if (found !== undefined) resolve(found)
  }
  const attemptSafely = () => {
    try {
      attempt()
    } catch (error) {
      reject(error)
    }
  }
  const unsubscribe = ledger.onEntry(() => {
    next ??= setTimeout(attemptSafely, pauseMs)
  })
  const poll = setInterval(attemptSafely, idleMs)
  const giveUp = () => reject(new NotSeenError(what, deadlineMs, ledger.lastLines(15)))
  const deadline = setTimeout(giveUp, deadlineMs)
  attemptSafely()
  return promise.finally(() => {
    unsubscribe()
    for (const timer of [next, poll, deadline]) clearTimeout(timer)
  })
}

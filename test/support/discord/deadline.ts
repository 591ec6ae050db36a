import type { Ledger } from './ledger.ts'

export class NotSeenError extends Error {
  override readonly name = 'NotSeenError'
  readonly waitedMs: number

  constructor(what: string, waitedMs: number, lately: string) {
    super(`${what} was not seen within ${waitedMs} ms. The last entries of the ledger:\n${lately}`)
    this.waitedMs = waitedMs
  }
}

export interface WaitOptions {
  /** What is awaited, for the error. */
  readonly what: string
  readonly deadlineMs: number
}

/** Looks again whenever the ledger grows, and now and then; resolves with the first value that is found, rejects at the deadline. */
export function eventually<T>(
  ledger: Ledger,
  look: () => T | undefined,
  { what, deadlineMs }: WaitOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const attempt = () => {
      const found = look()
      if (found === undefined) return
      finish()
      resolve(found)
    }
    const timer = setTimeout(() => {
      finish()
      reject(new NotSeenError(what, deadlineMs, ledger.lastLines(15)))
    }, deadlineMs)
    const unsubscribe = ledger.onEntry(attempt)
    // What is looked at may also change outside, for example in the bot under test.
    const poll = setInterval(attempt, 25)
    const finish = () => {
      clearTimeout(timer)
      clearInterval(poll)
      unsubscribe()
    }
    attempt()
  })
}

import { setTimeout as sleep } from 'node:timers/promises'

export class LateError extends Error {
  override readonly name = 'LateError'
  constructor(what: string, ms: number) {
    super(`${what} took longer than ${ms} ms`)
  }
}

/** The result of work that cannot be aborted, if it comes in time. @throws LateError */
export async function within<Result>(ms: number, what: string, work: Promise<Result>): Promise<Result> {
  const over = new AbortController()
  const deadline = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new LateError(what, ms)
  })
  try {
    return await Promise.race([work, deadline])
  } finally {
    over.abort()
    await deadline.catch(() => undefined)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

/** Polls until `check` returns something other than undefined or false; its last error, or a timeout, after the deadline. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 20 }: { withinMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, undefined | false>> {
  const deadline = Date.now() + withinMs
  let lastError: unknown
  do {
    try {
      const result = await check()
      if (result !== undefined && result !== false) return result as Exclude<T, undefined | false>
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    await sleep(everyMs)
  } while (Date.now() < deadline)
  throw lastError ?? new Error(`not the case within ${withinMs} ms: ${check}`)
}

import { setTimeout as delay } from 'node:timers/promises'
import { DatabaseSilentError } from '#core/store/errors.ts'
import type { Logger } from '#core/telemetry/logger.ts'

/** Waits between tries; the last one repeats. Each is stretched by up to half, so that workers do not return as one. */
const backoffMs = [50, 200, 500, 1_000, 2_000]

/**
 * Does work on the database as often as it takes while the database is away or starting, until the signal aborts. The
 * work must bear repetition: a commit whose answer got lost is done again.
 * @throws whatever else the work throws, or the signal's reason
 */
export async function outlastOutage<T>(
  work: () => Promise<T>,
  { signal, logger }: { signal: AbortSignal; logger: Logger },
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error)) throw error
      if (tries === 0) logger.warn('the database does not answer; trying until it does', { error })
    }
    const waitMs = backoffMs[Math.min(tries, backoffMs.length - 1)] ?? 0
    await delay(waitMs * (1 + Math.random() / 2), undefined, { signal })
  }
}

/**
 * SQLSTATEs of a server that is away, starting, stopping, full, slow or (for now) read-only, and of transactions that lost
 * against another. https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const passingStates = /^(08...|53...|57014|57P0[123]|25006|25P03|40001|40P01|55P03)$/
const passingSystemErrors =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/
/** node-postgres has plain errors without a code for connections that broke or were not made in time. */
const brokenConnection =
  /connection (terminated|error)|timeout (expired|exceeded)|read timeout|not queryable/i

function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof DatabaseSilentError) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if (code !== undefined) return passingStates.test(code) || passingSystemErrors.test(code)
  return brokenConnection.test(error.message) || isOutage(error.cause)
}

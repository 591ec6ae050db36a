import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '#core/store/database.ts'
import { dropOldDeletions } from '#core/store/deleted-accounts.ts'
import { eraseExpired } from '#core/store/deliveries.ts'
import type { Logger } from '#core/telemetry/logger.ts'

const hourMs = 3_600_000
const keptMs = 24 * hourMs

export interface HousekeepingOptions {
  readonly signal: AbortSignal
  readonly logger: Logger
  readonly everyMs?: number
}

/**
 * Erases, once an hour until the signal aborts, what is kept for a day at most: words of people without history that nobody
 * fetched, edits of messages that never came, fingerprints of deleted accounts. A round that fails is left to the next.
 */
export async function keepHouse(
  db: Database,
  { signal, logger, everyMs = hourMs }: HousekeepingOptions,
): Promise<void> {
  const wait = () => delay(everyMs, true, { signal, ref: false }).catch(() => false)
  while (await wait()) {
    try {
      await eraseExpired(db, { beforeMs: Date.now() - keptMs })
      await dropOldDeletions(db)
    } catch (error) {
      logger.warn('what has expired could not be erased; it is tried again in an hour', { error })
    }
  }
}

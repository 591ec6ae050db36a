import type { Database } from '#core/store/database.ts'
import { addSecurityEvent, type SecurityEvent } from '#core/store/security-events.ts'
import type { Logger } from '#core/telemetry/logger.ts'

export type Audit = (event: SecurityEvent) => Promise<void>

/** Writes security events into the database and the log. That it cannot is logged, and stops nobody from signing in. */
export function createAudit({ db, logger }: { readonly db: Database; readonly logger: Logger }): Audit {
  return async (event) => {
    const { personId, ...fields } = event
    logger.info('security event', { ...fields, event: event.type, ...(personId ? { personId } : {}) })
    try {
      await addSecurityEvent(db, event)
    } catch (error) {
      logger.error('a security event was not stored', { event: event.type, error })
    }
  }
}

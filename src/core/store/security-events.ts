import type { Database } from './database.ts'
import { desc, eq, lt } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import { securityEvents } from './sign-in-schema.ts'

export type SecurityEventType =
  | 'signed in'
  | 'sign-in refused'
  | 'signed out'
  | 'session ended'
  | 'account linked'
  | 'account unlinked'
  | 'persons merged'
  | 'identity proved'

export type SecurityEvent = Omit<typeof securityEvents.$inferInsert, 'type' | 'id' | 'at'> & {
  readonly type: SecurityEventType
}

export async function addSecurityEvent(db: Database, event: SecurityEvent): Promise<void> {
  await db.insert(securityEvents).values(event)
}

/** Newest first. */
export async function securityEventsOf(
  db: Database,
  personId: PersonId,
  { limit }: { readonly limit: number },
) {
  return await db
    .select()
    .from(securityEvents)
    .where(eq(securityEvents.personId, personId))
    .orderBy(desc(securityEvents.id))
    .limit(limit)
}

export async function dropOldSecurityEvents(db: Database, before: number): Promise<void> {
  await db.delete(securityEvents).where(lt(securityEvents.at, new Date(before)))
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Database } from './database.ts'
import { and, eq, lt } from './drizzle.ts'
import type { AccountKey } from './people.ts'
import { settings } from './schema.ts'
import { getSetting, setSetting } from './settings.ts'

/**
 * When accounts were deleted, by a fingerprint, for a day: what was written before and still waits in a queue, perhaps of
 * another process, must not make the person anew. A setting and not a table, as nothing else ever looks at it.
 */
const scope = 'deleted-accounts'
const keptMs = 24 * 3_600_000

const DeletedAt = z.number()

export async function rememberDeletion(
  tx: Database,
  accounts: readonly AccountKey[],
  now = Date.now(),
): Promise<void> {
  await dropOldDeletions(tx, now)
  for (const account of accounts) await setSetting(tx, scope, fingerprint(account), now)
}

/** Whether an account was deleted after that moment (ms since the epoch). */
export async function wasDeletedSince(tx: Database, account: AccountKey, at: number): Promise<boolean> {
  const deletedAt = DeletedAt.safeParse(await getSetting(tx, scope, fingerprint(account)))
  return deletedAt.success && deletedAt.data >= at
}

/** To be called now and then. */
export async function dropOldDeletions(db: Database, now = Date.now()): Promise<void> {
  const before = new Date(now - keptMs)
  await db.delete(settings).where(and(eq(settings.scope, scope), lt(settings.updatedAt, before)))
}

function fingerprint({ platform, platformUserId }: AccountKey): string {
  return createHash('sha256')
    .update(JSON.stringify([platform, platformUserId]))
    .digest('hex')
}

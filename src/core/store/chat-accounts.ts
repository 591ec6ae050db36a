import { Platform } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { eq } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import type { AccountKey } from './people.ts'
import { identities } from './schema.ts'

/** An account that people talk from, and not only sign in with. */
export interface ChatAccount {
  readonly platform: Platform
  readonly platformUserId: string
}

/** Those of the accounts that somebody can talk from; our own pages are one. */
export function chatAccounts(accounts: readonly AccountKey[]): ChatAccount[] {
  return accounts.flatMap(({ platform, platformUserId }) => {
    const parsed = Platform.safeParse(platform)
    return parsed.success ? [{ platform: parsed.data, platformUserId }] : []
  })
}

export async function listChatAccounts(db: Database, personId: PersonId): Promise<ChatAccount[]> {
  const { platform, platformUserId } = identities
  return chatAccounts(
    await db.select({ platform, platformUserId }).from(identities).where(eq(identities.personId, personId)),
  )
}

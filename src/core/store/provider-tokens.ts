import { type Sealer, UnsealError } from '#core/secrets/sealer.ts'
import type { Database } from './database.ts'
import { and, eq, sql } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import { type AccountKey, accountsOf } from './people.ts'
import { providerTokens } from './sign-in-schema.ts'

/** What a provider gave us to act for an account there. */
export interface ProviderTokens {
  readonly accessToken: string
  readonly refreshToken?: string | undefined
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number | undefined
}

export async function keepTokens(
  db: Database,
  sealer: Sealer,
  account: AccountKey,
  { accessToken, refreshToken, expiresAt }: ProviderTokens,
): Promise<void> {
  const sealed = {
    ...sealer.seal(JSON.stringify({ accessToken, refreshToken }), rowOf(account)),
    expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
  }
  const { platform, platformUserId } = account
  await db
    .insert(providerTokens)
    .values({ platform, platformUserId, ...sealed })
    .onConflictDoUpdate({
      target: [providerTokens.platform, providerTokens.platformUserId],
      set: { ...sealed, updatedAt: sql`now()` },
    })
}

/** Undefined where there are none, or where they were sealed under a secret that we have no more. */
export async function readTokens(
  db: Database,
  sealer: Sealer,
  account: AccountKey,
): Promise<ProviderTokens | undefined> {
  const [row] = await db.select().from(providerTokens).where(isOf(account))
  if (row === undefined) return undefined
  try {
    const tokens: Pick<ProviderTokens, 'accessToken' | 'refreshToken'> = JSON.parse(
      sealer.open(row, rowOf(account)),
    )
    return { ...tokens, expiresAt: row.expiresAt?.getTime() }
  } catch (error) {
    if (error instanceof UnsealError) return undefined
    throw error
  }
}

/** When somebody signs out everywhere, nothing that could act for them stays. */
export async function dropTokensOf(db: Database, personId: PersonId): Promise<void> {
  await db
    .delete(providerTokens)
    .where(sql`(${providerTokens.platform}, ${providerTokens.platformUserId}) in (${accountsOf(personId)})`)
}

function isOf({ platform, platformUserId }: AccountKey) {
  return and(eq(providerTokens.platform, platform), eq(providerTokens.platformUserId, platformUserId))
}

function rowOf({ platform, platformUserId }: AccountKey): string {
  return JSON.stringify(['provider_tokens', platform, platformUserId])
}

import type { Database } from './database.ts'
import { and, eq, inArray, ne, sql } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import { type Account, type AccountKey, ensureAuthor, findAuthor, isIdentity } from './people.ts'
import { type AccountProvider, identities, people } from './schema.ts'
import { storable } from './storable.ts'

/** Accounts that people proved to be theirs, or that a bot met. The key is provider and id there, never a name or e-mail. */

/** The person of an account that was just proved, made on first sight, ready to write on our own pages. */
export async function personOfAccount(db: Database, account: Account): Promise<PersonId> {
  const { personId } = await ensureAuthor(db, account)
  await ensureWebIdentity(db, personId, account.displayName)
  return personId
}

/** Who somebody is on our own pages: the person, whichever account they signed in with. */
export async function ensureWebIdentity(
  db: Database,
  personId: PersonId,
  displayName: string,
): Promise<void> {
  await db
    .insert(identities)
    .values({ platform: 'web', platformUserId: personId, personId, displayName: storable(displayName) })
    .onConflictDoNothing()
}

export interface LinkedAccount extends Account {
  readonly createdAt: Date
}

/** All accounts of a person but the one on our own pages. */
export async function listAccounts(db: Database, personId: PersonId): Promise<LinkedAccount[]> {
  return await db
    .select({
      platform: identities.platform,
      platformUserId: identities.platformUserId,
      displayName: identities.displayName,
      createdAt: identities.createdAt,
    })
    .from(identities)
    .where(and(eq(identities.personId, personId), ne(identities.platform, 'web')))
    .orderBy(identities.createdAt)
}

export type Linking =
  | { readonly kind: 'linked' | 'known' }
  /** The account is another person's: the two may be merged, after showing what that means. */
  | { readonly kind: 'taken'; readonly by: PersonId }

/** Gives a proved account to a person, unless it is somebody's already. */
export async function linkAccount(db: Database, personId: PersonId, account: Account): Promise<Linking> {
  const { platform, platformUserId } = account
  const values = { platform, platformUserId, personId, displayName: storable(account.displayName) }
  const [linked] = await db
    .insert(identities)
    .values(values)
    .onConflictDoNothing()
    .returning({ personId: identities.personId })
  if (linked) return { kind: 'linked' }
  const owner = await findAuthor(db, account)
  if (owner === undefined) return await linkAccount(db, personId, account)
  return owner.personId === personId ? { kind: 'known' } : { kind: 'taken', by: owner.personId }
}

/** `last`: without it the person could not sign in any more, so it stays. */
export type Unlinking = 'unlinked' | 'last' | 'unknown'

/**
 * Takes an account from a person. One that a bot talks to becomes a person of its own, with what was said there and what
 * was refused; one for sign-in only is gone.
 * @param usable the providers that one can sign in with here
 */
export async function unlinkAccount(
  db: Database,
  personId: PersonId,
  account: AccountKey,
  usable: readonly AccountProvider[],
): Promise<Unlinking> {
  if (account.platform === 'web') return 'unknown'
  return await db.transaction(async (tx) => {
    // Two at once must not each leave the other as the last.
    const [person] = await tx.select().from(people).where(eq(people.id, personId)).for('update')
    const accounts = await listAccounts(tx, personId)
    if (person === undefined || !accounts.some((other) => isSame(other, account))) return 'unknown'
    const left = accounts.filter((other) => !isSame(other, account))
    if (!left.some(({ platform }) => usable.includes(platform))) return 'last'
    if (isTalkedTo(account.platform)) await standAlone(tx, account, person)
    else await tx.delete(identities).where(isIdentity(account))
    return 'unlinked'
  })
}

/** Whether any of a person's accounts is among these. */
export async function hasAnyAccount(
  db: Database,
  personId: PersonId,
  keys: readonly AccountKey[],
): Promise<boolean> {
  if (keys.length === 0) return false
  const own = await db
    .select({ platform: identities.platform, platformUserId: identities.platformUserId })
    .from(identities)
    .where(
      and(
        eq(identities.personId, personId),
        inArray(
          identities.platformUserId,
          keys.map((key) => key.platformUserId),
        ),
      ),
    )
  return own.some((account) => keys.some((key) => isSame(account, key)))
}

function isTalkedTo(platform: AccountProvider): boolean {
  return platform === 'discord' || platform === 'twitch'
}

async function standAlone(
  tx: Database,
  account: AccountKey,
  { keepsHistory, isHeard }: Pick<typeof people.$inferSelect, 'keepsHistory' | 'isHeard'>,
): Promise<void> {
  const [person] = await tx.insert(people).values({ keepsHistory, isHeard }).returning({ id: people.id })
  if (person === undefined) throw new Error('an insert returned no row')
  await tx.update(identities).set({ personId: person.id }).where(isIdentity(account))
  // What a provider gave us was given by the person who signed in.
  await tx.execute(sql`delete from provider_tokens
    where platform = ${account.platform} and platform_user_id = ${account.platformUserId}`)
}

function isSame(a: AccountKey, b: AccountKey): boolean {
  return a.platform === b.platform && a.platformUserId === b.platformUserId
}

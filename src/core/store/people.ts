import type { Database } from './database.ts'
import { and, eq, sql } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import { type AccountProvider, identities, people, turns } from './schema.ts'
import { storable } from './storable.ts'

export interface AccountKey {
  readonly platform: AccountProvider
  readonly platformUserId: string
}

/** An account as its platform or provider describes it; every Author is one. */
export interface Account extends AccountKey {
  readonly displayName: string
}

export interface KnownAuthor {
  readonly personId: PersonId
  /** What the person asked to be called, else what the platform shows. */
  readonly displayName: string
}

interface FoundAuthor {
  readonly personId: PersonId
  readonly platformName: string
  readonly preferredName: string | null
}

/** The person behind an account, created on first sight; keeps the platform's display name current. */
export async function ensureAuthor(db: Database, author: Account): Promise<KnownAuthor> {
  return await updateAuthor(db, author, await findAuthor(db, author))
}

export async function findAuthor(db: Database, author: AccountKey): Promise<FoundAuthor | undefined> {
  const [row] = await db
    .select({
      personId: identities.personId,
      platformName: identities.displayName,
      preferredName: people.preferredName,
    })
    .from(identities)
    .innerJoin(people, eq(people.id, identities.personId))
    .where(isIdentity(author))
  return row
}

/** The second half of ensureAuthor, for those who look the author up first. */
export async function updateAuthor(
  db: Database,
  author: Account,
  found: FoundAuthor | undefined,
): Promise<KnownAuthor> {
  const displayName = storable(author.displayName)
  if (found === undefined) return await createAuthor(db, { ...author, displayName })
  if (found.platformName !== displayName)
    await db.update(identities).set({ displayName }).where(isIdentity(author))
  return { personId: found.personId, displayName: found.preferredName ?? displayName }
}

/** Under a lock, so that two first messages at once make one person. */
async function createAuthor(db: Database, author: Account): Promise<KnownAuthor> {
  const { platform, platformUserId, displayName } = author
  return await db.transaction(async (tx) => {
    const key = JSON.stringify(['identity', platform, platformUserId])
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
    const found = await findAuthor(tx, author)
    if (found) return { personId: found.personId, displayName: found.preferredName ?? displayName }
    const [person] = await tx.insert(people).values({}).returning({ id: people.id })
    if (person === undefined) throw new Error('an insert returned no row')
    await tx.insert(identities).values({ platform, platformUserId, personId: person.id, displayName })
    return { personId: person.id, displayName }
  })
}

export function isIdentity({ platform, platformUserId }: AccountKey) {
  return and(eq(identities.platform, platform), eq(identities.platformUserId, platformUserId))
}

export interface PersonPreferences {
  /** Without history, a question is erased when it is answered and the answer when it is delivered. */
  readonly keepsHistory: boolean
  /** Whether we listen to them in calls. */
  readonly isHeard: boolean
  /** Whether what they say in calls may be written down. */
  readonly allowsTranscripts: boolean
  readonly displayName?: string
  readonly locale?: string
}

/** What the person chose; the defaults for somebody unknown. */
export async function getPersonPreferences(db: Database, personId: PersonId): Promise<PersonPreferences> {
  const [person] = await db.select().from(people).where(eq(people.id, personId))
  return {
    keepsHistory: person?.keepsHistory ?? true,
    isHeard: person?.isHeard ?? true,
    allowsTranscripts: person?.allowsTranscripts ?? false,
    ...(person?.preferredName ? { displayName: person.preferredName } : {}),
    ...(person?.locale ? { locale: person.locale } : {}),
  }
}

/** Changes what is given; an empty string takes a name or locale back. */
export async function setPersonPreferences(
  db: Database,
  personId: PersonId,
  { keepsHistory, isHeard, allowsTranscripts, displayName, locale }: Partial<PersonPreferences>,
): Promise<void> {
  const patch = {
    ...(keepsHistory === undefined ? {} : { keepsHistory }),
    ...(isHeard === undefined ? {} : { isHeard }),
    ...(allowsTranscripts === undefined ? {} : { allowsTranscripts }),
    ...(displayName === undefined ? {} : { preferredName: storable(displayName) || null }),
    ...(locale === undefined ? {} : { locale: storable(locale) || null }),
  }
  if (Object.keys(patch).length === 0) return
  await db.transaction(async (tx) => {
    await tx.update(people).set(patch).where(eq(people.id, personId))
    if (keepsHistory === false) await stopKeepingRunningTurns(tx, personId)
  })
}

/** The choice holds for the answer that is on its way too. */
async function stopKeepingRunningTurns(tx: Database, personId: PersonId): Promise<void> {
  await tx
    .update(turns)
    .set({ keepsHistory: false })
    .where(and(eq(turns.status, 'running'), isTurnBy(personId)))
}

/** Turns begun from any of the person's accounts. */
export function isTurnBy(personId: PersonId) {
  return sql`(${turns.platform}, ${turns.platformUserId}) in (${accountsOf(personId)})`
}

export function accountsOf(personId: PersonId) {
  return sql`select ${identities.platform}, ${identities.platformUserId} from ${identities}
    where ${identities.personId} = ${personId}`
}

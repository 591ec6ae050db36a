import type { Author } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, eq, gt, inArray, isNotNull, or, sql } from './drizzle.ts'
import { dropSummary, noWords } from './erase.ts'
import type { PersonId } from './ids.ts'
import type { AuthorKey } from './messages.ts'
import { conversations, forgettings, identities, messageMarks, people, settings, turns } from './schema.ts'
import { storable } from './storable.ts'

export interface KnownAuthor {
  readonly personId: PersonId
  /** What the person asked to be called, else what the platform shows. */
  readonly displayName: string
}

/** The person behind an account, created on first sight; keeps the platform's display name current. */
export async function ensureAuthor(db: Database, author: Author): Promise<KnownAuthor> {
  const displayName = storable(author.displayName)
  const known = await findAuthor(db, author)
  if (known === undefined) return await createAuthor(db, { ...author, displayName })
  if (known.platformName !== displayName)
    await db.update(identities).set({ displayName }).where(isIdentity(author))
  return { personId: known.personId, displayName: known.preferredName ?? displayName }
}

async function findAuthor(db: Database, author: AuthorKey) {
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

/** Under a lock, so that two first messages at once make one person. */
async function createAuthor(db: Database, author: Author): Promise<KnownAuthor> {
  const { platform, platformUserId, displayName } = author
  return await db.transaction(async (tx) => {
    const key = JSON.stringify(['identity', platform, platformUserId])
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
    const known = await findAuthor(tx, author)
    if (known) return { personId: known.personId, displayName: known.preferredName ?? displayName }
    const [person] = await tx.insert(people).values({}).returning({ id: people.id })
    if (person === undefined) throw new Error('an insert returned no row')
    await tx.insert(identities).values({ platform, platformUserId, personId: person.id, displayName })
    return { personId: person.id, displayName }
  })
}

function isIdentity({ platform, platformUserId }: AuthorKey) {
  return and(eq(identities.platform, platform), eq(identities.platformUserId, platformUserId))
}

export interface PersonPreferences {
  /** Without history, a question is erased when it is answered and the answer when it is delivered. */
  readonly keepsHistory: boolean
  readonly displayName?: string
  readonly locale?: string
}

/** What the person chose; the defaults for somebody unknown. */
export async function getPersonPreferences(db: Database, personId: PersonId): Promise<PersonPreferences> {
  const [person] = await db.select().from(people).where(eq(people.id, personId))
  return {
    keepsHistory: person?.keepsHistory ?? true,
    ...(person?.preferredName ? { displayName: person.preferredName } : {}),
    ...(person?.locale ? { locale: person.locale } : {}),
  }
}

/** Changes what is given; an empty string takes a name or locale back. */
export async function setPersonPreferences(
  db: Database,
  personId: PersonId,
  { keepsHistory, displayName, locale }: Partial<PersonPreferences>,
): Promise<void> {
  const patch = {
    ...(keepsHistory === undefined ? {} : { keepsHistory }),
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
    .where(and(eq(turns.status, 'running'), isBy(personId, turns)))
}

/** Rows written from any of the person's accounts. */
function isBy(personId: PersonId, { platform, platformUserId }: typeof turns | typeof messageMarks) {
  return sql`(${platform}, ${platformUserId}) in (
    select ${identities.platform}, ${identities.platformUserId} from ${identities}
    where ${identities.personId} = ${personId}
  )`
}

/**
 * Erases what the person said and was answered, at one place or everywhere, and drops what is being answered or waits in
 * the queue from before now. Everywhere means also their names and personal settings; their choice about history stays.
 */
export async function forgetPerson(
  db: Database,
  personId: PersonId,
  { placeId }: { readonly placeId?: string | undefined },
): Promise<{ turns: number }> {
  return await db.transaction(async (tx) => {
    // Accepting a turn takes a share of this lock: it comes before, and is erased here, or after, and sees the date.
    await tx.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('update')
    await rememberForgetting(tx, personId, placeId ?? everywhere)
    await tx
      .delete(messageMarks)
      .where(and(isNotNull(messageMarks.amendedText), isBy(personId, messageMarks)))
    if (placeId === undefined) await forgetNames(tx, personId)
    return { turns: await eraseTurnsOf(tx, personId, placeId) }
  })
}

/** In `forgettings`: no place's id is empty. */
const everywhere = ''

async function rememberForgetting(tx: Database, personId: PersonId, placeId: string): Promise<void> {
  const forgottenAt = new Date()
  await tx
    .insert(forgettings)
    .values({ personId, placeId, forgottenAt })
    .onConflictDoUpdate({ target: [forgettings.personId, forgettings.placeId], set: { forgottenAt } })
}

async function forgetNames(tx: Database, personId: PersonId): Promise<void> {
  await tx.update(people).set({ preferredName: null, locale: null }).where(eq(people.id, personId))
  await tx.update(identities).set({ displayName: '' }).where(eq(identities.personId, personId))
  await tx.delete(settings).where(eq(settings.scope, `person:${personId}`))
}

/** Whether somebody asked to be forgotten after that moment (ms since the epoch). Keeps forgetting waiting meanwhile. */
export async function isForgotten(
  tx: Database,
  personId: PersonId,
  { placeId, at }: { readonly placeId: string; readonly at: number },
): Promise<boolean> {
  await tx.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('share')
  const [later] = await tx
    .select({ forgottenAt: forgettings.forgottenAt })
    .from(forgettings)
    .where(
      and(
        eq(forgettings.personId, personId),
        inArray(forgettings.placeId, [everywhere, placeId]),
        gt(forgettings.forgottenAt, new Date(at)),
      ),
    )
    .limit(1)
  return later !== undefined
}

/** Ends that were not shown yet must not be shown any more, so those turns count as retracted. */
async function eraseTurnsOf(tx: Database, personId: PersonId, placeId: string | undefined): Promise<number> {
  const isUnseen = sql`${turns.deliveredAt} is null and (${turns.finishedAt} is null or ${turns.deliverTo} is not null)`
  const erased = await tx
    .update(turns)
    .set({
      ...noWords,
      status: sql`case when ${isUnseen} then 'retracted' else ${turns.status} end`,
      finishedAt: sql`coalesce(${turns.finishedAt}, now())`,
    })
    .where(and(isBy(personId, turns), hasWords(), placeId === undefined ? undefined : isAt(placeId)))
    .returning({ conversationId: turns.conversationId })
  // Always in the same order, so that two people's forgetting cannot wait for each other.
  for (const conversationId of new Set(erased.map((turn) => turn.conversationId).sort()))
    await dropSummary(tx, conversationId)
  return erased.length
}

function hasWords() {
  return or(
    isNotNull(turns.text),
    isNotNull(turns.reply),
    isNotNull(turns.notice),
    eq(turns.status, 'running'),
  )
}

function isAt(placeId: string) {
  const here = sql`select ${conversations.id} from ${conversations} where ${conversations.placeId} = ${placeId}`
  return sql`${turns.conversationId} in (${here})`
}

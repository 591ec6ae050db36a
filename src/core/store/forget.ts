import type { Database } from './database.ts'
import { and, eq, gt, inArray, isNotNull, or, sql } from './drizzle.ts'
import { dropSummary, noWords } from './erase.ts'
import type { PersonId } from './ids.ts'
import { accountsOf, isTurnBy } from './people.ts'
import { conversations, forgettings, identities, messageMarks, people, settings, turns } from './schema.ts'

/**
 * Erases what the person said and was answered, at one place or everywhere, and drops what is being answered or waits in
 * the queue from before now. Everywhere means also their names, personal settings and consents; what they refused
 * (history, being heard) stays refused.
 */
export async function forgetPerson(
  db: Database,
  personId: PersonId,
  { placeId }: { readonly placeId?: string | undefined },
): Promise<{ turns: number }> {
  return await db.transaction(async (tx) => {
    // Accepting a turn takes a share of this lock: it comes before, and is erased here, or after, and sees the date.
    await tx.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('no key update')
    await rememberForgetting(tx, personId, placeId ?? everywhere)
    await tx.delete(messageMarks).where(and(isNotNull(messageMarks.amendedText), isMarkBy(personId)))
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
  const nothing = { preferredName: null, locale: null, allowsTranscripts: false }
  await tx.update(people).set(nothing).where(eq(people.id, personId))
  await tx.update(identities).set({ displayName: '' }).where(eq(identities.personId, personId))
  await tx.delete(settings).where(eq(settings.scope, `person:${personId}`))
}

/** Whether somebody asked to be forgotten after that moment (ms since the epoch). Keeps forgetting waiting meanwhile. */
export async function isForgotten(
  tx: Database,
  personId: PersonId,
  { placeId, at }: { readonly placeId: string; readonly at: number },
): Promise<boolean> {
  // Two statements: what was committed while the first waited for the lock is seen by the second only.
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
    .where(and(isTurnBy(personId), hasWords(), placeId === undefined ? undefined : isAt(placeId)))
    .returning({ conversationId: turns.conversationId })
  // Always in the same order, so that two people's forgetting cannot wait for each other.
  for (const conversationId of new Set(erased.map((turn) => turn.conversationId).sort()))
    await dropSummary(tx, conversationId)
  return erased.length
}

function isMarkBy(personId: PersonId) {
  return sql`(${messageMarks.platform}, ${messageMarks.platformUserId}) in (${accountsOf(personId)})`
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

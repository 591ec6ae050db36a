import type { Database } from './database.ts'
import { rememberDeletion } from './deleted-accounts.ts'
import { eq, inArray, or, sql } from './drizzle.ts'
import { dropSummary } from './erase.ts'
import type { PersonId } from './ids.ts'
import { isOwnedBy, type OverlayOwner } from './overlays.ts'
import { type AccountKey, accountsOf, isTurnBy } from './people.ts'
import { conversations, identities, messageMarks, overlays, people, settings, turns } from './schema.ts'

export interface DeletedPerson {
  /** Whose traces outside the database are to be erased next. */
  readonly accounts: readonly AccountKey[]
  readonly turns: number
  readonly overlays: number
  /** Names of uploaded avatars and motions that their overlays used; others may use the same. */
  readonly files: readonly string[]
}

/**
 * Removes a person and every row that is about them, in one transaction. `owner` is whose overlays go along. What waits in
 * a queue from before is not accepted any more (deleted-accounts.ts).
 */
export async function deletePerson(
  db: Database,
  personId: PersonId,
  owner: OverlayOwner,
): Promise<DeletedPerson> {
  return await db.transaction(async (tx) => {
    // Accepting a turn takes a share of this lock: it comes before, and goes with the rest, or after, and finds nobody.
    await tx.select({ id: people.id }).from(people).where(eq(people.id, personId)).for('update')
    const accounts = await tx
      .select({ platform: identities.platform, platformUserId: identities.platformUserId })
      .from(identities)
      .where(eq(identities.personId, personId))
    const removed = await removeOverlays(tx, owner)
    const turnCount = await removeTurns(tx, personId)
    await tx
      .delete(messageMarks)
      .where(sql`(${messageMarks.platform}, ${messageMarks.platformUserId}) in (${accountsOf(personId)})`)
    await tx.delete(settings).where(eq(settings.scope, `person:${personId}`))
    await rememberDeletion(tx, accounts)
    // Accounts, sessions, tokens, events and dates of forgetting go with the person.
    await tx.delete(people).where(eq(people.id, personId))
    return { accounts, turns: turnCount, ...removed }
  })
}

async function removeOverlays(
  tx: Database,
  owner: OverlayOwner,
): Promise<Pick<DeletedPerson, 'overlays' | 'files'>> {
  const removed = await tx
    .delete(overlays)
    .where(isOwnedBy(owner))
    .returning({ avatar: overlays.avatar, motion: sql<string | null>`${overlays.settings} ->> 'motion'` })
  const files = removed.flatMap(({ avatar, motion }) => [avatar, motion]).filter((name) => name !== null)
  return { overlays: removed.length, files: [...new Set(files)] }
}

/** With the turns go the summaries that may quote them, and the conversations that nobody else took part in. */
async function removeTurns(tx: Database, personId: PersonId): Promise<number> {
  const removed = await tx
    .delete(turns)
    .where(isTurnBy(personId))
    .returning({ conversationId: turns.conversationId })
  // Always in the same order, so that two deletions cannot wait for each other.
  const touched = [...new Set(removed.map(({ conversationId }) => conversationId))].sort()
  for (const conversationId of touched) await dropSummary(tx, conversationId)
  const isEmpty = sql`not exists (select from ${turns} where ${turns.conversationId} = ${conversations.id})`
  // A place on our own pages has its owner's id in its name, also when nothing was said there.
  const isOwn = sql`${conversations.platform} = 'web' and split_part(${conversations.placeId}, '/', 1) in
    (select ${identities.platformUserId} from ${identities}
      where ${identities.personId} = ${personId} and ${identities.platform} = 'web')`
  const isTheirs = touched.length === 0 ? isOwn : or(isOwn, inArray(conversations.id, touched))
  await tx.delete(conversations).where(sql`${isTheirs} and ${isEmpty}`)
  return removed.length
}

import { ensureWebIdentity, listAccounts } from './accounts.ts'
import type { Database } from './database.ts'
import { eq, inArray, sql } from './drizzle.ts'
import type { PersonId, SessionId } from './ids.ts'
import { type Account, isTurnBy } from './people.ts'
import { identities, overlays, people, turns } from './schema.ts'
import { merges, securityEvents, sessions } from './sign-in-schema.ts'

/** What would come over from one person to another. */
export interface MergePreview {
  readonly accounts: readonly Account[]
  /** Messages with their answers. */
  readonly turns: number
  readonly overlays: number
}

export async function previewMerge(db: Database, from: PersonId): Promise<MergePreview> {
  // One after the other: a transaction has one connection.
  const accounts = await listAccounts(db, from)
  const [turnRow] = await db.select({ count }).from(turns).where(isTurnBy(from))
  const [overlayRow] = await db.select({ count }).from(overlays).where(eq(overlays.ownerId, from))
  return { accounts, turns: turnRow?.count ?? 0, overlays: overlayRow?.count ?? 0 }
}

const count = sql<number>`count(*)::int`

/**
 * Makes one person of two: `from` ends, everything of theirs is `into`'s. What either of them refused stays refused;
 * names and settings of `into` win.
 * @returns the sessions of `from`, which ended: tell every process of them; undefined when one of them is gone
 */
export async function mergePersons(
  db: Database,
  { into, from }: { readonly into: PersonId; readonly from: PersonId },
): Promise<SessionId[] | undefined> {
  if (into === from) return undefined
  return await db.transaction(async (tx) => {
    // Always in the same order, so that two merges at once cannot wait for each other.
    const both = await tx
      .select()
      .from(people)
      .where(inArray(people.id, [into, from]))
      .orderBy(people.id)
      .for('update')
    const [kept, gone] = [both.find(({ id }) => id === into), both.find(({ id }) => id === from)]
    if (kept === undefined || gone === undefined) return undefined
    const preview = await previewMerge(tx, from)
    await mergeChoices(tx, kept, gone)
    await ensureWebIdentity(tx, into, kept.preferredName ?? '')
    await moveWebConversations(tx, into, from)
    await moveRows(tx, into, from)
    const ended = await tx.delete(sessions).where(eq(sessions.personId, from)).returning({ id: sessions.id })
    await noteMerge(tx, { into, from }, preview)
    await tx.delete(people).where(eq(people.id, from))
    return ended.map(({ id }) => id)
  })
}

type Person = typeof people.$inferSelect

async function mergeChoices(tx: Database, kept: Person, gone: Person): Promise<void> {
  await tx
    .update(people)
    .set({
      preferredName: kept.preferredName ?? gone.preferredName,
      locale: kept.locale ?? gone.locale,
      keepsHistory: kept.keepsHistory && gone.keepsHistory,
      isHeard: kept.isHeard && gone.isHeard,
      allowsTranscripts: kept.allowsTranscripts && gone.allowsTranscripts,
    })
    .where(eq(people.id, kept.id))
}

/** A conversation on our pages has its owner in its place's id; two of one name become two names. */
async function moveWebConversations(tx: Database, into: PersonId, from: PersonId): Promise<void> {
  await tx.execute(sql`update conversations c set place_id = case
      when exists (select 1 from conversations o where o.platform = 'web'
        and o.place_id = ${`${into}/`} || split_part(c.place_id, '/', 2))
      then ${`${into}/`} || left(split_part(c.place_id, '/', 2), 23) || '-' || left(md5(c.id::text), 12)
      else ${`${into}/`} || split_part(c.place_id, '/', 2) end
    where c.platform = 'web' and starts_with(c.place_id, ${`${from}/`})`)
  // Keys are chosen by browsers: one that both used stays where it is, under the name that is kept as another one of `into`.
  await tx.execute(sql`update turns t set platform_user_id = ${into}
    where platform = 'web' and platform_user_id = ${from} and not exists (select 1 from turns o
      where o.platform = 'web' and o.platform_user_id = ${into} and o.message_id = t.message_id)`)
  await tx.execute(sql`update message_marks m set platform_user_id = ${into}
    where platform = 'web' and platform_user_id = ${from} and not exists (select 1 from message_marks o
      where o.platform = 'web' and o.platform_user_id = ${into} and o.message_id = m.message_id)`)
}

async function moveRows(tx: Database, into: PersonId, from: PersonId): Promise<void> {
  await tx.update(identities).set({ personId: into }).where(eq(identities.personId, from))
  await tx.execute(sql`update overlays set owner_id = ${into},
    stage = case when stage = ${`web-${from}`} then ${`web-${into}`} else stage end where owner_id = ${from}`)
  await tx.execute(sql`update settings set scope = ${`person:${into}`} where scope = ${`person:${from}`}
    and key not in (select key from settings where scope = ${`person:${into}`})`)
  await tx.execute(sql`delete from settings where scope = ${`person:${from}`}`)
  await tx.execute(sql`insert into forgettings (person_id, place_id, forgotten_at)
    select ${into}::uuid, place_id, forgotten_at from forgettings where person_id = ${from}
    on conflict (person_id, place_id)
    do update set forgotten_at = greatest(forgettings.forgotten_at, excluded.forgotten_at)`)
  await tx.update(securityEvents).set({ personId: into }).where(eq(securityEvents.personId, from))
  await tx.update(merges).set({ personId: into }).where(eq(merges.personId, from))
}

async function noteMerge(
  tx: Database,
  { into, from }: { readonly into: PersonId; readonly from: PersonId },
  preview: MergePreview,
): Promise<void> {
  await tx.insert(merges).values({
    mergedPersonId: from,
    personId: into,
    turns: preview.turns,
    overlays: preview.overlays,
    accounts: preview.accounts.map(({ platform }) => platform),
  })
}

import type { Database } from './database.ts'
import { eq, inArray, or, sql } from './drizzle.ts'
import type { PersonId } from './ids.ts'
import { isOwnedBy, type OverlayOwner } from './overlays.ts'
import { accountsOf, isTurnBy } from './people.ts'
import {
  conversations,
  forgettings,
  identities,
  messageMarks,
  overlays,
  people,
  settings,
  summaries,
  turns,
} from './schema.ts'
import { merges, providerTokens, securityEvents, sessions, signInFlows } from './sign-in-schema.ts'

export type PersonExport = Awaited<ReturnType<typeof exportPerson>>

/**
 * Everything that the database holds about a person, by table, from one moment. Left out are only secrets: hashes of
 * tokens, and the sealed tokens of providers.
 */
export async function exportPerson(db: Database, personId: PersonId, owner: OverlayOwner) {
  return await db.transaction(
    async (tx) => ({
      person: await tx.select().from(people).where(eq(people.id, personId)),
      accounts: await tx.select().from(identities).where(eq(identities.personId, personId)),
      settings: await tx
        .select()
        .from(settings)
        .where(eq(settings.scope, `person:${personId}`)),
      ...(await exportTalk(tx, personId)),
      overlays: (await tx.select().from(overlays).where(isOwnedBy(owner))).map(withoutToken),
      ...(await exportSignIn(tx, personId)),
    }),
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function exportTalk(tx: Database, personId: PersonId) {
  const theirs = sql`select ${turns.conversationId} from ${turns} where ${isTurnBy(personId)}`
  const others = sql`exists (select from ${turns} where ${turns.conversationId} = ${summaries.conversationId}
    and not ${isTurnBy(personId)})`
  return {
    conversations: await tx.select().from(conversations).where(sql`${conversations.id} in (${theirs})`),
    turns: await tx.select().from(turns).where(isTurnBy(personId)).orderBy(turns.position),
    editedOrDeletedMessages: await tx
      .select()
      .from(messageMarks)
      .where(sql`(${messageMarks.platform}, ${messageMarks.platformUserId}) in (${accountsOf(personId)})`),
    // Notes on a talk with others hold what those said, too.
    summaries: await tx
      .select()
      .from(summaries)
      .where(sql`${summaries.conversationId} in (${theirs}) and not ${others}`),
    forgotten: await tx.select().from(forgettings).where(eq(forgettings.personId, personId)),
  }
}

async function exportSignIn(tx: Database, personId: PersonId) {
  const ofPerson = await tx.select().from(sessions).where(eq(sessions.personId, personId))
  const begun = eq(signInFlows.mergedPersonId, personId)
  const ids = ofPerson.map(({ id }) => id)
  return {
    sessions: ofPerson.map(withoutToken),
    signInsUnderWay: (
      await tx
        .select()
        .from(signInFlows)
        .where(ids.length === 0 ? begun : or(begun, inArray(signInFlows.sessionId, ids)))
    ).map(({ stateHash: _state, browserHash: _browser, ...flow }) => flow),
    providerTokens: (
      await tx
        .select()
        .from(providerTokens)
        .where(
          sql`(${providerTokens.platform}, ${providerTokens.platformUserId}) in (${accountsOf(personId)})`,
        )
    ).map(({ sealed: _sealed, ...token }) => token),
    securityEvents: await tx.select().from(securityEvents).where(eq(securityEvents.personId, personId)),
    merges: await tx.select().from(merges).where(eq(merges.personId, personId)),
  }
}

function withoutToken<Row extends { readonly tokenHash: string }>({ tokenHash: _hash, ...row }: Row) {
  return row
}

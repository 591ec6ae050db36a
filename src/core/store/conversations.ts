import type { Place, Platform } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, eq } from './drizzle.ts'
import type { ConversationId } from './ids.ts'
import { conversations, summaries } from './schema.ts'
import { type StoredTurn, selectTurns, type TurnRange } from './stored-turn.ts'

export interface Conversation {
  readonly id: ConversationId
  readonly platform: Platform
  readonly place: Place
  /** How often words were erased from it. */
  readonly erasures: number
  readonly createdAt: Date
}

export async function findConversation(
  db: Database,
  platform: Platform,
  placeId: string,
): Promise<Conversation | undefined> {
  const [row] = await db.select().from(conversations).where(isAt(platform, placeId))
  if (row === undefined) return undefined
  const { id, erasures, createdAt } = row
  return { id, platform, place: placeOf(row), erasures, createdAt }
}

function isAt(platform: Platform, placeId: string) {
  return and(eq(conversations.platform, platform), eq(conversations.placeId, placeId))
}

/** A place as its conversation row keeps it. */
export function placeOf(
  row: Pick<typeof conversations.$inferSelect, 'placeId' | 'kind' | 'guildId' | 'parentId'>,
): Place {
  return {
    kind: row.kind,
    id: row.placeId,
    ...(row.guildId === null ? {} : { guildId: row.guildId }),
    ...(row.parentId === null ? {} : { parentId: row.parentId }),
  }
}

/** The conversation of a place, created on first use. */
export async function ensureConversation(
  db: Database,
  platform: Platform,
  place: Place,
): Promise<Pick<Conversation, 'id' | 'erasures'>> {
  const known = await findConversation(db, platform, place.id)
  if (known) return known
  const { kind, guildId, parentId } = place
  const [created] = await db
    .insert(conversations)
    .values({ platform, placeId: place.id, kind, guildId, parentId })
    // Another worker may have been first; updating makes its row come back from `returning`.
    .onConflictDoUpdate({ target: [conversations.platform, conversations.placeId], set: { kind } })
    .returning({ id: conversations.id, erasures: conversations.erasures })
  if (created === undefined) throw new Error('an insert returned no row')
  return created
}

/** The newest turns of a place that still have words, oldest first; answers that wait for their one delivery included. */
export async function listTurnsForPlace(
  db: Database,
  platform: Platform,
  placeId: string,
  range: TurnRange,
): Promise<StoredTurn[]> {
  return await selectTurns(db, isAt(platform, placeId), range)
}

export interface StoredSummary {
  readonly text: string
  /** The last turn that the summary covers. */
  readonly throughTurnId: string
}

export async function getSummary(
  db: Database,
  conversationId: ConversationId,
): Promise<StoredSummary | undefined> {
  const [row] = await db
    .select({ text: summaries.text, throughTurnId: summaries.throughTurnId })
    .from(summaries)
    .where(eq(summaries.conversationId, conversationId))
  return row
}

/**
 * Replaces the summary. `erasures` is what acceptTurn said before the turns were read: when words of the conversation
 * were erased since, the summary may contain them, so nothing is stored and the answer is false.
 */
export async function setSummary(
  db: Database,
  conversationId: ConversationId,
  { text, throughTurnId, erasures }: StoredSummary & { readonly erasures: number },
): Promise<boolean> {
  return await db.transaction(async (tx) => {
    const [conversation] = await tx
      .select({ erasures: conversations.erasures })
      .from(conversations)
      .where(eq(conversations.id, conversationId))
      .for('no key update')
    if (conversation?.erasures !== erasures) return false
    const values = { text, throughTurnId, updatedAt: new Date() }
    await tx
      .insert(summaries)
      .values({ conversationId, ...values })
      .onConflictDoUpdate({ target: summaries.conversationId, set: values })
    return true
  })
}

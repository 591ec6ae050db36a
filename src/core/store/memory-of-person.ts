import type { Platform } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, desc, eq, isNotNull, isNull, or, sql } from './drizzle.ts'
import type { ConversationId, PersonId } from './ids.ts'
import { isTurnBy } from './people.ts'
import { conversations, turns } from './schema.ts'
import { type StoredTurn, selectTurns } from './stored-turn.ts'

/** A talk of which words of the person are kept. */
export interface RememberedTalk {
  readonly id: ConversationId
  readonly platform: Platform
  readonly placeId: string
  /** How many of their messages are kept. */
  readonly messages: number
  /** What they said there first, of what is still kept. */
  readonly firstText: string
  readonly lastAt: Date
}

/** Where a person talked, from any of their accounts, the newest first. */
export async function talksOfPerson(
  db: Database,
  personId: PersonId,
  { limit }: { readonly limit: number },
): Promise<RememberedTalk[]> {
  return await db
    .select({
      id: conversations.id,
      platform: conversations.platform,
      placeId: conversations.placeId,
      messages: sql<number>`count(*)::int`,
      firstText: sql<string>`coalesce((array_agg(${turns.text} order by ${turns.position})
        filter (where ${turns.text} is not null))[1], '')`,
      lastAt: sql`max(${turns.createdAt})`.mapWith(turns.createdAt),
    })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .where(and(isTurnBy(personId), hasWords()))
    .groupBy(conversations.id)
    .orderBy(desc(sql`max(${turns.position})`))
    .limit(limit)
}

export interface MemoryCount {
  readonly talks: number
  readonly messages: number
}

export async function countMemory(db: Database, personId: PersonId): Promise<MemoryCount> {
  const [row] = await db
    .select({
      talks: sql<number>`count(distinct ${turns.conversationId})::int`,
      messages: sql<number>`count(*)::int`,
    })
    .from(turns)
    .where(and(isTurnBy(personId), hasWords()))
  return row ?? { talks: 0, messages: 0 }
}

/** What the person said in one conversation and was answered there, oldest first; nothing that others said. */
export async function turnsOfTalk(
  db: Database,
  personId: PersonId,
  conversationId: string,
  { limit }: { readonly limit: number },
): Promise<StoredTurn[]> {
  const isHere = sql`${turns.conversationId}::text = ${conversationId}`
  return await selectTurns(db, and(isTurnBy(personId), isHere), { limit })
}

/** The conversation that the person has words in, or undefined. */
export async function talkOfPerson(
  db: Database,
  personId: PersonId,
  conversationId: string,
): Promise<Pick<RememberedTalk, 'id' | 'platform' | 'placeId'> | undefined> {
  const [row] = await db
    .select({ id: conversations.id, platform: conversations.platform, placeId: conversations.placeId })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .where(and(sql`${conversations.id}::text = ${conversationId}`, isTurnBy(personId), hasWords()))
    .limit(1)
  return row
}

function hasWords() {
  return and(isNull(turns.replacedBy), or(isNotNull(turns.text), isNotNull(turns.reply)))
}

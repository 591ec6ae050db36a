import type { Author } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, desc, eq, isNotNull, isNull, sql } from './drizzle.ts'
import { conversations, turns } from './schema.ts'

export interface ConversationOutline {
  readonly placeId: string
  /** What the person said first there, of what is still kept. */
  readonly firstText: string
  readonly lastTurnAt: Date
}

/** Where somebody talked, the newest first; places whose words are all erased are left out. */
export async function conversationsOfAuthor(
  db: Database,
  { platform, platformUserId }: Pick<Author, 'platform' | 'platformUserId'>,
  { limit }: { readonly limit: number },
): Promise<ConversationOutline[]> {
  const newest = sql`max(${turns.position})`
  return await db
    .select({
      placeId: conversations.placeId,
      firstText: sql<string>`(array_agg(${turns.text} order by ${turns.position}))[1]`,
      lastTurnAt: sql`max(${turns.createdAt})`.mapWith(turns.createdAt),
    })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .where(
      and(
        eq(turns.platform, platform),
        eq(turns.platformUserId, platformUserId),
        isNotNull(turns.text),
        isNull(turns.replacedBy),
      ),
    )
    .groupBy(conversations.id)
    .orderBy(desc(newest))
    .limit(limit)
}

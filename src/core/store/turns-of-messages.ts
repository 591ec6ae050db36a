import type { Author, Platform } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, eq, inArray } from './drizzle.ts'
import { conversations, identities, turns } from './schema.ts'

export interface TurnOfMessage {
  readonly turnId: string
  readonly author: Author
  readonly messageId: string
}

/** The turns of these messages at a place, for platforms that report a deletion without saying whose message it was. */
export async function findTurnsOfMessages(
  db: Database,
  { platform, placeId, messageIds }: { platform: Platform; placeId: string; messageIds: readonly string[] },
): Promise<TurnOfMessage[]> {
  const rows = await db
    .select({
      turnId: turns.id,
      platformUserId: turns.platformUserId,
      messageId: turns.messageId,
      displayName: identities.displayName,
    })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .innerJoin(
      identities,
      and(eq(identities.platform, turns.platform), eq(identities.platformUserId, turns.platformUserId)),
    )
    .where(
      and(
        eq(conversations.platform, platform),
        eq(conversations.placeId, placeId),
        inArray(turns.messageId, [...messageIds]),
      ),
    )
  return rows.map(({ turnId, platformUserId, messageId, displayName }) => ({
    turnId,
    author: { platform, platformUserId, displayName },
    messageId,
  }))
}

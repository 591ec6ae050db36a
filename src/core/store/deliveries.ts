import type { Author, ChatRequest, Place, Platform, ReplyStatus } from '#core/protocol/chat.ts'
import { placeOf } from './conversations.ts'
import type { Database } from './database.ts'
import { and, eq, isNotNull, isNull, lt, sql } from './drizzle.ts'
import { noWords } from './erase.ts'
import { conversations, identities, messageMarks, turns } from './schema.ts'

/** An end that its platform does not show yet. */
export interface UndeliveredTurn {
  readonly turnId: string
  readonly deliverTo: NonNullable<ChatRequest['deliverTo']>
  readonly author: Author
  readonly place: Place
  readonly messageId: string
  readonly attempt: number
  /** `retracted`: take back what is shown. */
  readonly status: ReplyStatus
  readonly text: string
  readonly notice?: string
  readonly locale?: string
  /** The platform's messages that show an answer which is to be taken back. */
  readonly messageIds: readonly string[]
}

/** The longest-waiting turns of a platform that ended before that instant (ms since the epoch) and were not delivered. */
export async function undeliveredTurns(
  db: Database,
  platform: Platform,
  { finishedBeforeMs, limit }: { readonly finishedBeforeMs: number; readonly limit: number },
): Promise<UndeliveredTurn[]> {
  const rows = await db
    .select({ turn: turns, conversation: conversations, displayName: identities.displayName })
    .from(turns)
    .innerJoin(conversations, eq(conversations.id, turns.conversationId))
    .innerJoin(
      identities,
      and(eq(identities.platform, turns.platform), eq(identities.platformUserId, turns.platformUserId)),
    )
    .where(
      and(
        eq(turns.platform, platform),
        isNull(turns.deliveredAt),
        isNotNull(turns.deliverTo),
        lt(turns.finishedAt, new Date(finishedBeforeMs)),
      ),
    )
    .orderBy(turns.finishedAt)
    .limit(limit)
  return rows.flatMap(({ turn, conversation, displayName }) => {
    const { id: turnId, status, platformUserId, messageId, attempt, deliverTo, notice, locale } = turn
    if (status === 'running' || deliverTo === null) return []
    return [
      {
        turnId,
        deliverTo,
        author: { platform, platformUserId, displayName },
        place: placeOf(conversation),
        messageId,
        attempt,
        status,
        text: turn.reply ?? '',
        messageIds: turn.deliveredMessageIds,
        ...(notice === null ? {} : { notice }),
        ...(locale === null ? {} : { locale }),
      },
    ]
  })
}

/**
 * The platform now shows the end of a turn in these messages; of people without history the words go now. For a retracted
 * turn the list is what is still shown: empty when it is taken back, else the turn stays undelivered until it is.
 */
export async function markDelivered(
  db: Database,
  turnId: string,
  { messageIds }: { readonly messageIds: readonly string[] },
): Promise<void> {
  const isStillShown = sql`${turns.status} = 'retracted' and ${messageIds.length > 0}`
  await db
    .update(turns)
    .set({
      deliveredMessageIds: [...messageIds],
      deliveredAt: sql`case when ${isStillShown} then null else now() end`,
      reply: sql`case when ${turns.keepsHistory} then ${turns.reply} end`,
      notice: sql`case when ${turns.keepsHistory} then ${turns.notice} end`,
    })
    .where(and(eq(turns.id, turnId), isNotNull(turns.finishedAt)))
}

/**
 * Erases what waited in vain since before that instant (ms since the epoch): answers of people without history that nobody
 * delivered, and edits and deletions of messages that never came. To be called now and then.
 */
export async function eraseExpired(db: Database, { beforeMs }: { readonly beforeMs: number }): Promise<void> {
  const before = new Date(beforeMs)
  await db
    .update(turns)
    .set(noWords)
    .where(and(eq(turns.keepsHistory, false), isNotNull(turns.reply), lt(turns.finishedAt, before)))
  await db.delete(messageMarks).where(lt(messageMarks.createdAt, before))
}

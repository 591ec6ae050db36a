import type { Author } from '#core/protocol/chat.ts'
import type { Database } from './database.ts'
import { and, eq, sql } from './drizzle.ts'
import { messageMarks, turns } from './schema.ts'
import { storable } from './storable.ts'

/** The account that wrote; message ids are unique per account. */
export type AuthorKey = Pick<Author, 'platform' | 'platformUserId'>

/**
 * Makes accepting, deleting and editing of one message happen one after another, also before anything of the message is
 * stored and could be locked. Holds until the transaction ends.
 */
export async function lockMessage(tx: Database, author: AuthorKey, messageId: string): Promise<void> {
  const key = JSON.stringify(['message', author.platform, author.platformUserId, messageId])
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`)
}

export function isTurnOfMessage({ platform, platformUserId }: AuthorKey, messageId: string) {
  return and(
    eq(turns.platform, platform),
    eq(turns.platformUserId, platformUserId),
    eq(turns.messageId, messageId),
  )
}

/** What is known of a message that has no turn yet. */
export type MessageMark = { readonly kind: 'deleted' } | { readonly kind: 'amended'; readonly text: string }

export async function findMark(
  tx: Database,
  author: AuthorKey,
  messageId: string,
): Promise<MessageMark | undefined> {
  const [mark] = await tx
    .select({ amendedText: messageMarks.amendedText })
    .from(messageMarks)
    .where(isMarkOf(author, messageId))
  if (mark === undefined) return undefined
  return mark.amendedText === null ? { kind: 'deleted' } : { kind: 'amended', text: mark.amendedText }
}

export async function setMark(
  tx: Database,
  { platform, platformUserId }: AuthorKey,
  messageId: string,
  mark: MessageMark,
): Promise<void> {
  const amendedText = mark.kind === 'amended' ? storable(mark.text) : null
  await tx
    .insert(messageMarks)
    .values({ platform, platformUserId, messageId, amendedText })
    .onConflictDoUpdate({
      target: [messageMarks.platform, messageMarks.platformUserId, messageMarks.messageId],
      set: { amendedText },
    })
}

export async function removeMark(tx: Database, author: AuthorKey, messageId: string): Promise<void> {
  await tx.delete(messageMarks).where(isMarkOf(author, messageId))
}

function isMarkOf({ platform, platformUserId }: AuthorKey, messageId: string) {
  return and(
    eq(messageMarks.platform, platform),
    eq(messageMarks.platformUserId, platformUserId),
    eq(messageMarks.messageId, messageId),
  )
}

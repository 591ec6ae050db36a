import type { Database } from './database.ts'
import { eq, or, sql } from './drizzle.ts'
import type { ConversationId } from './ids.ts'
import { conversations, summaries, turns } from './schema.ts'

/** The columns of a turn that hold words, emptied. */
export const noWords = { text: null, reply: null, notice: null } as const

/** Erases a turn with what it replaced (often the same words), and puts it up for being taken back on its platform. */
export async function eraseTurn(tx: Database, turnId: string): Promise<void> {
  const [erased] = await tx
    .update(turns)
    .set({
      ...noWords,
      status: 'retracted',
      finishedAt: sql`coalesce(${turns.finishedAt}, now())`,
      deliveredAt: null,
    })
    .where(or(eq(turns.id, turnId), eq(turns.replacedBy, turnId)))
    .returning({ conversationId: turns.conversationId })
  if (erased) await dropSummary(tx, erased.conversationId)
}

/** Whenever words of a conversation are erased: its summary may hold them, and so may one that is being made. */
export async function dropSummary(tx: Database, conversationId: ConversationId): Promise<void> {
  await tx
    .update(conversations)
    .set({ erasures: sql`${conversations.erasures} + 1` })
    .where(eq(conversations.id, conversationId))
  await tx.delete(summaries).where(eq(summaries.conversationId, conversationId))
}

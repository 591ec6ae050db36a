import type { ChatModel } from '#core/inference/ports.ts'
import { getSummary, setSummary } from '#core/store/conversations.ts'
import type { Database } from '#core/store/database.ts'
import type { ConversationId } from '#core/store/ids.ts'
import type { StoredTurn } from '#core/store/stored-turn.ts'
import { recentTurns } from '#core/store/turns.ts'
import type { History, HistoryEntry } from './history.ts'
import { outgrown, summarize } from './summary.ts'

/** More turns than a budget holds, so that those which fall out of it still come into the summary. */
const turnsRead = 120

/** All that is known of a conversation since its summary, without turns that are being answered. */
export async function readHistory(db: Database, conversationId: ConversationId): Promise<History> {
  const summary = await getSummary(db, conversationId)
  const turns = await recentTurns(db, conversationId, { limit: turnsRead, after: summary?.throughTurnId })
  const over = turns.filter(({ status }) => status !== 'running')
  return { summary, entries: over.map(entryOf) }
}

function entryOf({ turnId, author, text, reply }: StoredTurn): HistoryEntry {
  return { turnId, from: author.displayName, text, reply }
}

export interface CompactOptions {
  readonly db: Database
  readonly chatModel: ChatModel
  readonly budgetTokens: number
  readonly signal: AbortSignal
}

/**
 * Moves what outgrew the budget into the summary. Stores nothing when words were erased meanwhile (`erasures` as it
 * was before). A failure keeps the summary as it is.
 * @throws InferenceError, a database error, or the signal's reason
 */
export async function compactHistory(
  conversation: { readonly id: ConversationId; readonly erasures: number },
  { db, chatModel, budgetTokens, signal }: CompactOptions,
): Promise<void> {
  const history = await readHistory(db, conversation.id)
  const entries = outgrown(history, budgetTokens)
  const input = { summary: history.summary, entries, sessionId: conversation.id }
  const summary = await summarize(chatModel, input, signal)
  if (summary) await setSummary(db, conversation.id, { ...summary, erasures: conversation.erasures })
}

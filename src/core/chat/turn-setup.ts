import type { ChatRequest } from '#core/protocol/chat.ts'
import type { Database } from '#core/store/database.ts'
import { listSettings } from '#core/store/settings.ts'
import type { AcceptedTurn } from '#core/store/turns.ts'
import { blockWords } from './blocked-words.ts'
import { compactHistory, readHistory } from './conversation-history.ts'
import { fitHistory, type History } from './history.ts'
import { blockedWordsAt, type ReadSetting, resolvePersona } from './place-settings.ts'
import type { TurnDeps } from './run-turn.ts'
import { outgrown } from './summary.ts'
import type { ChatWorker } from './worker.ts'

type AcceptedRun = Extract<AcceptedTurn, { kind: 'run' }>

type Preparing = Pick<
  ChatWorker,
  'store' | 'inference' | 'logger' | 'persona' | 'historyTokens' | 'limits' | 'recall'
>

/** Reads from the database what a turn needs: who answers here, for whom, after what, and which words are blocked. */
export async function prepareTurn(
  worker: Preparing,
  { author, place }: Pick<ChatRequest, 'author' | 'place'>,
  { conversationId, personId }: Pick<AcceptedRun, 'conversationId' | 'personId'>,
): Promise<TurnDeps & { readonly fullHistory: History }> {
  const { store, inference, logger, historyTokens, limits, recall } = worker
  const where = { platform: author.platform, place, personId }
  const reader = { readSetting: readScopesOnce(store.db), logger }
  const [fullHistory, resolved, blockedWords] = await Promise.all([
    readHistory(store.db, conversationId),
    resolvePersona(worker.persona, where, reader),
    blockedWordsAt(where, reader),
  ])
  return {
    ...resolved,
    chatModel: inference.chatModel,
    sessionId: conversationId,
    fullHistory,
    history: fitHistory(fullHistory, historyTokens),
    moderate: blockWords(blockedWords),
    ...(recall ? { recall } : {}),
    ...(limits ? { limits } : {}),
  }
}

/** Several keys of a scope are wanted within one turn; each scope is read once. */
function readScopesOnce(db: Database): ReadSetting {
  const scopes = new Map<string, Promise<Record<string, unknown>>>()
  return async (scope, key) => {
    const settings = scopes.get(scope) ?? listSettings(db, scope)
    scopes.set(scope, settings)
    return (await settings)[key]
  }
}

/** Has the conversation summarised after the turn, if it outgrew its budget; nobody waits for that. The demo brain cannot. */
export function compactLater(
  worker: Pick<ChatWorker, 'store' | 'inference' | 'tasks' | 'historyTokens'>,
  { conversationId, erasures }: Pick<AcceptedRun, 'conversationId' | 'erasures'>,
  history: History,
): void {
  const { store, inference, tasks, historyTokens } = worker
  const { chatModel } = inference
  if (chatModel.isDemo || outgrown(history, historyTokens).length === 0) return
  tasks.add(conversationId, (signal) =>
    compactHistory(
      { id: conversationId, erasures },
      { db: store.db, chatModel, budgetTokens: historyTokens, signal },
    ),
  )
}

import type { LedgerEntry } from './ledger.ts'

type Created = LedgerEntry & { readonly type: 'message.created' }

export interface AuditOptions {
  /** The messages that each deserve one answer, in the order they were written. */
  readonly owed: readonly string[]
  readonly botId: string
  /** Which message an answer belongs to; the message it replies to, unless told. */
  readonly answerTo?: (message: Created) => string | undefined
}

export interface Audit {
  readonly answered: number
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  /** Answered before an earlier message of the same author in the same channel was. */
  readonly outOfOrder: readonly string[]
}

/**
 * Judges a run by the ledger alone, also one read back from its file. Answers that were deleted again do not count:
 * nobody reads them.
 */
export function auditAnswers(entries: readonly LedgerEntry[], options: AuditOptions): Audit {
  const { owed, botId, answerTo = ({ replyTo }) => replyTo } = options
  const created = entries.filter((entry): entry is Created => entry.type === 'message.created')
  const deleted = new Set(
    entries.flatMap((entry) => (entry.type === 'message.deleted' ? [entry.messageId] : [])),
  )
  const answers = created.filter(({ authorId, messageId }) => authorId === botId && !deleted.has(messageId))
  const byQuestion = Map.groupBy(answers, answerTo)
  const countOf = (id: string) => byQuestion.get(id)?.length ?? 0
  return {
    answered: owed.filter((id) => countOf(id) > 0).length,
    lost: owed.filter((id) => countOf(id) === 0),
    doubled: owed.filter((id) => countOf(id) > 1),
    outOfOrder: findOutOfOrder(created, owed, (id) => byQuestion.get(id)?.[0]?.n),
  }
}

function findOutOfOrder(
  created: readonly Created[],
  owed: readonly string[],
  answeredAt: (id: string) => number | undefined,
): string[] {
  const questions = new Map(created.map((entry) => [entry.messageId, entry]))
  const latest = new Map<string, number>()
  return owed.filter((id) => {
    const at = answeredAt(id)
    if (at === undefined) return false
    const talk = `${questions.get(id)?.authorId} ${questions.get(id)?.channelId}`
    const before = latest.get(talk) ?? -1
    latest.set(talk, Math.max(at, before))
    return at < before
  })
}

import type { Ledger } from './ledger.ts'

/** Turn ids by what is wrong with them; all empty when every message was answered once and in order. */
export interface Verdict {
  readonly sent: number
  readonly answered: number
  /** Accepted, but without a finished row or without an end that a reader could have got. */
  readonly lost: readonly string[]
  /** Stored twice, or with two ends that a reader would take for different answers. */
  readonly doubled: readonly string[]
  /** Stored or ended, but never sent. */
  readonly unknown: readonly string[]
  /** Began, ended or was stored before an earlier message of the same user had ended. */
  readonly outOfOrder: readonly string[]
  /** Answered with other words than those that its question asks for, or not completely. */
  readonly wrong: readonly string[]
}

/** Judges a run by its ledger alone. */
export function checkLedger(ledger: Ledger): Verdict {
  const expected = new Map(ledger.of('sent').map((entry) => [entry.turnId, entry.expected]))
  const sent = new Set(expected.keys())
  const stored = groupByTurn(ledger.of('stored'))
  const ended = groupByTurn(ledger.of('ended'))
  const known = [...new Set([...stored.keys(), ...ended.keys()])]
  const isAnswered = (turnId: string) => stored.has(turnId) && ended.has(turnId)
  const isWrong = (turnId: string) => {
    const answers = [...(stored.get(turnId) ?? []), ...(ended.get(turnId) ?? [])]
    return answers.some(({ status, text }) => status !== 'complete' || text !== expected.get(turnId))
  }
  return {
    sent: sent.size,
    answered: [...sent].filter(isAnswered).length,
    lost: [...sent].filter((turnId) => !isAnswered(turnId)),
    doubled: known.filter(
      (turnId) => (stored.get(turnId)?.length ?? 0) > 1 || countAnswers(ended.get(turnId) ?? []) > 1,
    ),
    unknown: known.filter((turnId) => !sent.has(turnId)),
    outOfOrder: [...new Set([...findOutOfOrder(ledger), ...findStoredOutOfOrder(ledger)])],
    wrong: [...sent].filter(isWrong),
  }
}

export function isClean({ lost, doubled, unknown, outOfOrder, wrong }: Verdict): boolean {
  return [lost, doubled, unknown, outOfOrder, wrong].every((turnIds) => turnIds.length === 0)
}

function groupByTurn<Entry extends { readonly turnId: string }>(
  entries: readonly Entry[],
): Map<string, Entry[]> {
  return Map.groupBy(entries, (entry) => entry.turnId)
}

/** An end that is repeated word for word by the same attempt is one answer: readers know it by turn, attempt and index. */
function countAnswers(ends: readonly { attempt: number; status: string; text: string }[]): number {
  return new Set(ends.map(({ attempt, status, text }) => JSON.stringify([attempt, status, text]))).size
}

/**
 * Per user, turns must begin and end in the order they were sent, one after another. Late readers ask in any order, and
 * after its first end a turn may be announced again, so only what was first seen live counts.
 */
function findOutOfOrder(ledger: Ledger): string[] {
  const wanted = new Map<string, string[]>()
  for (const { user, turnId } of ledger.of('sent')) wanted.set(user, [...(wanted.get(user) ?? []), turnId])
  const hasEnded = new Set<string>()
  const faulty = new Set<string>()
  const position = new Map(
    [...wanted.values()].flatMap((turnIds) => turnIds.map((turnId, at) => [turnId, at] as const)),
  )
  const furthest = new Map<string, number>()
  for (const entry of ledger.entries) {
    if (entry.type !== 'started' && (entry.type !== 'ended' || entry.reader === 'late')) continue
    if (hasEnded.has(entry.turnId)) continue
    const at = position.get(entry.turnId)
    if (at === undefined) continue
    if (at < (furthest.get(entry.user) ?? 0)) faulty.add(entry.turnId)
    furthest.set(entry.user, Math.max(at, furthest.get(entry.user) ?? 0))
    if (entry.type === 'ended') hasEnded.add(entry.turnId)
  }
  return [...faulty]
}

/** The database's own times tell the same, also for what no reader saw live. */
function findStoredOutOfOrder(ledger: Ledger): string[] {
  const finishedAt = new Map(ledger.of('stored').map(({ turnId, finishedAtMs }) => [turnId, finishedAtMs]))
  const latest = new Map<string, number>()
  return ledger.of('sent').flatMap(({ user, turnId }) => {
    const at = finishedAt.get(turnId)
    if (at === undefined) return []
    const before = latest.get(user) ?? 0
    latest.set(user, Math.max(at, before))
    return at < before ? [turnId] : []
  })
}

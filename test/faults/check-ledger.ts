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
  /** Began or ended before an earlier message of the same user had ended. */
  readonly outOfOrder: readonly string[]
  /** Answered with other words than those that its question asks for, or not completely. */
  readonly wrong: readonly string[]
}

export interface CheckOptions {
  /** The answer that a turn must have, from what was sent. */
  readonly expectedText?: (turnId: string) => string
}

/** Judges a run by its ledger alone. */
export function checkLedger(ledger: Ledger, { expectedText }: CheckOptions = {}): Verdict {
  const sent = new Set(ledger.of('sent').map((entry) => entry.turnId))
  const stored = groupByTurn(ledger.of('stored'))
  const ended = groupByTurn(ledger.of('ended'))
  const known = [...new Set([...stored.keys(), ...ended.keys()])]
  const isAnswered = (turnId: string) => stored.has(turnId) && ended.has(turnId)
  const isWrong = (turnId: string) => {
    const answers = [...(stored.get(turnId) ?? []), ...(ended.get(turnId) ?? [])]
    const isRight = (text: string) => expectedText === undefined || text === expectedText(turnId)
    return answers.some(({ status, text }) => status !== 'complete' || !isRight(text))
  }
  return {
    sent: sent.size,
    answered: [...sent].filter(isAnswered).length,
    lost: [...sent].filter((turnId) => !isAnswered(turnId)),
    doubled: known.filter(
      (turnId) => (stored.get(turnId)?.length ?? 0) > 1 || countAnswers(ended.get(turnId) ?? []) > 1,
    ),
    unknown: known.filter((turnId) => !sent.has(turnId)),
    outOfOrder: findOutOfOrder(ledger),
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

import type { Ledger } from './ledger.ts'
import type { Finding } from './scenario.ts'
import { findQuestions } from './world/question.ts'

/** A deletion needs this long to reach every worker; what they say in between is no fault. */
const graceMs = 300

/** Judges a run with repeats, edits and deletions, from its ledger and everything that is stored. */
export function checkRepeats(ledger: Ledger, dump: string): Finding {
  const deleted = new Map(ledger.of('deleted').map(({ turnId, atMs }) => [turnId, atMs]))
  const counts = {
    ...checkAnswers(ledger, new Set(deleted.keys())),
    'said after its deletion': countSaidAfter(ledger, deleted),
    'deleted but still stored': countStillStored(ledger, dump),
  }
  const { answered, messages, ...faults } = counts
  const shown = Object.entries(faults).map(([what, count]) => `${count} ${what}`)
  return {
    measured: [`${answered} of ${messages} answered, ${deleted.size} deleted`, ...shown].join(', '),
    isMet: answered === messages && Object.values(faults).every((count) => count === 0),
  }
}

/** Messages that nobody deleted have one row and one end, about what was said or what it was changed to. */
function checkAnswers(ledger: Ledger, deleted: ReadonlySet<string>) {
  const said = Map.groupBy(ledger.of('sent'), ({ turnId }) => turnId)
  const edited = new Map(ledger.of('edited').map((entry) => [entry.turnId, entry]))
  const stored = Map.groupBy(ledger.of('stored'), ({ turnId }) => turnId)
  const ends = Map.groupBy(ledger.of('ended'), ({ turnId }) => turnId)
  const kept = [...said.keys()].filter((turnId) => !deleted.has(turnId))
  const textsOf = (turnId: string) =>
    new Set([...(stored.get(turnId) ?? []), ...(ends.get(turnId) ?? [])].map(({ text }) => text))
  const isAllowed = (turnId: string, text: string) => {
    const [first] = said.get(turnId) ?? []
    const edit = edited.get(turnId)
    const editWasFirst =
      edit !== undefined && first !== undefined && edit.app === first.app && edit.n < first.n
    return text === edit?.expected || (!editWasFirst && text === first?.expected)
  }
  return {
    messages: kept.length,
    answered: kept.filter((turnId) => stored.has(turnId) && ends.has(turnId)).length,
    doubled: kept.filter((turnId) => (stored.get(turnId)?.length ?? 0) > 1 || textsOf(turnId).size > 1)
      .length,
    wrong: kept.filter((turnId) => [...textsOf(turnId)].some((text) => !isAllowed(turnId, text))).length,
    unknown: [...stored.keys()].filter((turnId) => !said.has(turnId)).length,
  }
}

function countSaidAfter(ledger: Ledger, deleted: ReadonlyMap<string, number>): number {
  const late = ledger.entries.filter((entry) => {
    const speaks = entry.type === 'spoke' || (entry.type === 'ended' && entry.text !== '')
    return speaks && entry.atMs > (deleted.get(entry.turnId) ?? Number.POSITIVE_INFINITY) + graceMs
  })
  return late.length
}

function countStillStored(ledger: Ledger, dump: string): number {
  const stored = findQuestions(dump)
  return ledger.of('deleted').filter(({ question }) => stored.has(question)).length
}

import type { Verdict } from './check-ledger.ts'

/** `5000 answered, 0 lost, 0 doubled, 0 unknown, 0 out of order, 0 wrong`; what is not zero with an example. */
export function describeVerdict(verdict: Verdict): string {
  const { lost, doubled, unknown, outOfOrder, wrong } = verdict
  const counts = Object.entries({ lost, doubled, unknown, 'out of order': outOfOrder, wrong })
  const shown = counts.map(
    ([what, turnIds]) => `${turnIds.length} ${what}${turnIds[0] ? ` (${turnIds[0]})` : ''}`,
  )
  return [`${verdict.answered} of ${verdict.sent} answered`, ...shown].join(', ')
}

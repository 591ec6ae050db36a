import type { TurnTable } from './turn-table.ts'

/** The longest time from a return of the broker to the next turn that was finished. Infinite when there was none. */
export async function measureRecovery(turns: TurnTable, returnedAt: readonly number[]): Promise<number> {
  const finished = await turns.finishedTimes()
  const gaps = returnedAt.map((at) => (finished.find((time) => time > at) ?? Number.POSITIVE_INFINITY) - at)
  return Math.max(...gaps)
}

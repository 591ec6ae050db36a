import type { Ledger } from './ledger.ts'
import type { SeededRandom } from './seeded-random.ts'

export interface Finding {
  readonly measured: string
  readonly isMet: boolean
}

export interface ScenarioContext {
  /** All chance of the run comes from here: the same seed, the same run (as far as clocks allow). */
  readonly random: SeededRandom
  readonly ledger: Ledger
  /** A line for whoever watches a long run. */
  readonly tell: (line: string) => void
}

/** Something that must hold while things break. `full` is for `npm run faults`, `small` for every change. */
export interface Scenario<Size = unknown> {
  readonly name: string
  readonly asked: string
  readonly sizes: { readonly full: Size; readonly small: Size }
  run(size: Size, context: ScenarioContext): Promise<Finding>
}

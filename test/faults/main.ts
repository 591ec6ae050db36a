// `npm run faults [names] [-- --seed=1 --small]`: breaks things on purpose and judges the ledgers afterwards.
import { parseArgs } from 'node:util'
import { printTable } from '../support/print-table.ts'
import { createLedger } from './ledger.ts'
import type { Finding, Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { seededRandom } from './seeded-random.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seed: { type: 'string' }, small: { type: 'boolean', default: false } },
})
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const chosen =
  positionals.length === 0 ? scenarios : scenarios.filter(({ name }) => positionals.includes(name))

console.log(`seed ${seed}; the same again: npm run faults -- --seed=${seed}`)
const rows: string[][] = []
for (const scenario of chosen) {
  const { measured, isMet } = await runScenario(scenario)
  rows.push([scenario.name, scenario.asked, measured, isMet ? 'met' : 'MISSED'])
}
printTable(['scenario', 'asked', 'measured', 'verdict'], rows)
process.exitCode = rows.length > 0 && rows.every(([, , , verdict]) => verdict === 'met') ? 0 : 1

async function runScenario(scenario: Scenario): Promise<Finding> {
  const ledger = createLedger()
  const beganAt = performance.now()
  const tell = (line: string) => {
    const seconds = ((performance.now() - beganAt) / 1_000).toFixed(1)
    console.log(`${scenario.name} ${seconds.padStart(6)} s  ${line}`)
  }
  const size = values.small ? scenario.sizes.small : scenario.sizes.full
  const finding = await attempt(() => scenario.run(size, { random: seededRandom(seed), ledger, tell }))
  tell(finding.measured)
  if (!finding.isMet) {
    const file = `.cache/faults/${scenario.name}-${seed}.jsonl`
    ledger.save(file)
    tell(`the ledger is in ${file}`)
  }
  return finding
}

async function attempt(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    console.error(error)
    return { measured: `ended with ${error instanceof Error ? error.name : 'an error'}`, isMet: false }
  }
}

// `npm run bench:memory`: what each role of an idle installation holds, with everything it needs given by address.
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { printTable } from '../support/print-table.ts'
import { readUsage } from '../support/process-usage.ts'
import { type SpawnedProcess, spawnNode } from '../support/spawned-process.ts'
import { openSurroundings, type Surroundings } from './memory/surroundings.ts'
import { median } from './percentiles.ts'

const { values } = parseArgs({
  options: {
    idle: { type: 'string', default: '60' },
    runs: { type: 'string', default: '2' },
    /** Each run begins as a new version does: nothing of it was compiled before. */
    cold: { type: 'boolean', default: false },
  },
})
const idleMs = Number(values.idle) * 1_000
const budgetMiB = 128

/** As `npm start` does; the floor is the same Node with nothing to do. */
const flags = ['--max-semi-space-size=2']
const nothing = 'test/bench/memory/nothing-main.ts'
const roles = ['web', 'bot', 'worker'] as const

interface Held {
  readonly rssMiB: number
  readonly peakMiB: number
  readonly cpuSeconds: number
}

const held = new Map<string, Held[]>()
for (let run = 0; run < Number(values.runs); run += 1) {
  await using surroundings = await openSurroundings({ isCold: values.cold })
  for (const [name, usage] of await measureRoles(surroundings))
    held.set(name, [...(held.get(name) ?? []), usage])
}
report()

async function measureRoles(surroundings: Surroundings): Promise<[string, Held][]> {
  await using stack = new AsyncDisposableStack()
  const processes: [string, SpawnedProcess][] = [
    ['nothing (floor)', stack.use(spawnNode(nothing, [], { flags }))],
  ]
  for (const role of roles) {
    const env = surroundings.environmentOf(role)
    const process = stack.use(spawnNode('bin/companions.mjs', [role], { flags, env }))
    processes.push([role, process])
    await isUp(role, process)
  }
  await wait(idleMs)
  return processes.map(([name, { pid }]) => {
    const { rssMiB, peakRssMiB, cpuSeconds } = readUsage(pid)
    return [name, { rssMiB, peakMiB: peakRssMiB, cpuSeconds }]
  })
}

/** Web and bot say in one line where they are; a worker has nobody to say it to, and idles all the same. */
async function isUp(role: (typeof roles)[number], process: SpawnedProcess): Promise<void> {
  if (role !== 'worker') await process.waitForLine(/^[^{].* is (at|on) /, 30_000)
}

function report(): void {
  const middle = (usages: readonly Held[], of: (usage: Held) => number) => median(usages.map(of)).toFixed(1)
  printTable(
    ['role', `RSS MiB after ${values.idle} s`, 'peak MiB', 'CPU s', `asked: at most ${budgetMiB} MiB`],
    [...held].map(([name, usages]) => {
      const rss = median(usages.map(({ rssMiB }) => rssMiB))
      const isAsked = name === 'web' || name === 'bot'
      return [
        name,
        rss.toFixed(1),
        middle(usages, ({ peakMiB }) => peakMiB),
        middle(usages, ({ cpuSeconds }) => cpuSeconds),
        isAsked ? (rss <= budgetMiB ? 'met' : 'missed') : '',
      ]
    }),
  )
}

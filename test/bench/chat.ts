// `npm run bench:chat`: how much later than the model says it a token arrives at a browser, beside bare NATS and `ws`.
import { parseArgs } from 'node:util'
import { findCurrentNatsServer, findNatsServer, NatsServer } from '../support/nats-server.ts'
import { printTable } from '../support/print-table.ts'
import { measureCompanions } from './chat/companions.ts'
import { measureFloor } from './chat/floor.ts'
import type { Measurement } from './chat/measure.ts'

const { values } = parseArgs({
  options: {
    streams: { type: 'string', default: '200' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    rounds: { type: 'string', default: '2' },
    broker: { type: 'string' },
    /** More flags of Node for worker and web, such as `--cpu-prof`. */
    flags: { type: 'string', default: '--max-semi-space-size=2' },
    /** Of the worker alone, in place of `flags`: it has no memory budget, and a bigger young generation saves it work. */
    'worker-flags': { type: 'string' },
  },
})
const pace = {
  streams: Number(values.streams),
  tokensPerSecond: Number(values.rate),
  seconds: Number(values.seconds),
}
const asked = { p99Ms: 5, timesFloor: 2 }
const tokens = pace.streams * pace.tokensPerSecond * pace.seconds
const split = (text: string) => text.split(' ').filter(Boolean)
const flags = split(values.flags)
const workerFlags = split(values['worker-flags'] ?? values.flags)

// Floor and companions take turns, so that a busy machine shows in both.
const floors: Measurement[] = []
const ours: Measurement[] = []
await using broker = await NatsServer.start(values.broker ?? findCurrentNatsServer() ?? findNatsServer())
for (let round = 0; round < Number(values.rounds); round += 1) {
  floors.push(await measureFloor(broker, pace))
  ours.push(await measureCompanions(broker, { ...pace, flags, workerFlags }))
}
floors.push(await measureFloor(broker, pace))
report()

function report(): void {
  console.log(
    `${pace.streams} answers at ${pace.tokensPerSecond} tokens/s for ${pace.seconds} s, Node with ${flags.join(' ')}, worker with ${workerFlags.join(' ')}`,
  )
  const rows = [
    ...floors.map((run) => ['floor', run] as const),
    ...ours.map((run) => ['companions', run] as const),
  ]
  printTable(
    [
      `ms from model to browser, all ${pace.streams} answering`,
      'p50',
      'p90',
      'p99',
      'max',
      'p99 with begin and end',
      `tokens of ${tokens}`,
      'CPU s of each process',
    ],
    rows.map(([name, { latency, together, cpuSeconds }]) => {
      const { p50, p90, p99, max } = together
      const times = [p50, p90, p99, max, latency.p99].map((value) => value.toFixed(2))
      const cpu = Object.entries(cpuSeconds).map(([process, seconds]) => `${process} ${seconds.toFixed(1)}`)
      return [name, ...times, latency.count, cpu.join(', ')]
    }),
  )
  const best = (runs: readonly Measurement[]) => Math.min(...runs.map(({ together }) => together.p99))
  const ratio = best(ours) / best(floors)
  const isWhole = rows.every(([, { latency }]) => latency.count === tokens)
  const isMet = best(ours) <= asked.p99Ms && ratio <= asked.timesFloor
  console.log(
    `best p99 ${best(ours).toFixed(2)} ms, ${ratio.toFixed(2)} times the floor; asked: at most ${asked.p99Ms} ms and ${asked.timesFloor} times; ${isMet ? 'met' : 'missed'}`,
  )
  console.log(isWhole ? 'every token arrived, once' : 'tokens were LOST or DOUBLED')
}

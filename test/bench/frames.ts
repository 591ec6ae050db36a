// Forty rooms speak at once from local sound: node test/bench/frames.ts [--minutes 10] [--sessions 40]
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { systemClock } from '#core/voice/clock.ts'
import { frameClockOf } from '#core/voice/playout/frame-clock.ts'
import { printTable } from '../support/print-table.ts'
import { BareTimers } from './frames/bare-timers.ts'
import { ListeningRoom } from './frames/listening-room.ts'
import { percentile } from './percentiles.ts'

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, sessions: { type: 'string', default: '40' } },
})
const startMs = performance.now()
const untilMs = startMs + Number(values.minutes) * 60_000
const cpu = process.cpuUsage()

const rooms = Array.from({ length: Number(values.sessions) }, () => new ListeningRoom())
const floor = new BareTimers()
// Starts spread over one frame and more: rooms do not begin at the same moment either.
const spoken = await Promise.all(
  rooms.map(async (room, index) => {
    await sleep(index * 7)
    return await room.speakUntil(untilMs)
  }),
)
const minutes = (performance.now() - startMs) / 60_000
const used = process.cpuUsage(cpu)
const { lateness, stalls } = frameClockOf(systemClock)
floor.stop()

const jitters = Float64Array.from(rooms.flatMap((room) => room.jitterMs)).sort()
const floorJitters = Float64Array.from(floor.jitterMs).sort()
console.log(`${rooms.length} sessions, ${values.minutes} min, ${jitters.length} frames`)
printTable(
  ['ms', 'p50', 'p99', 'max'],
  [
    ['jitter: distance of two frames of a room, less 20 ms', ...summary(jitters)],
    [
      'lateness against the absolute deadline',
      ms(lateness.percentileMs(0.5)),
      ms(lateness.percentileMs(0.99)),
      ms(lateness.maxMs),
    ],
    ['floor: jitter of bare setInterval(20) in the same process', ...summary(floorJitters)],
  ],
)
const total = (of: (each: (typeof spoken)[number]) => number) =>
  spoken.reduce((sum, each) => sum + of(each), 0)
console.log(
  `underruns caused by us: ${total((each) => each.ownUnderruns)}, by the source: ${total((each) => each.sourceUnderruns)}`,
)
console.log(`beats begun anew after a stall of more than 200 ms: ${stalls}`)
const perMinute = (used.user + used.system) / 1e6 / minutes / rooms.length
console.log(`CPU: ${perMinute.toFixed(2)} s per session-minute`)

function summary(sorted: Float64Array): string[] {
  return [ms(percentile(sorted, 0.5)), ms(percentile(sorted, 0.99)), ms(sorted.at(-1) ?? 0)]
}

function ms(value: number): string {
  return value.toFixed(2)
}

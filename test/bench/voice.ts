// `node test/bench/voice.ts`: what our voice pipeline adds to its services, beside bare fetch and LiveKit Agents.
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { printTable } from '../support/print-table.ts'
import { makeClips } from './voice/clips.ts'
import { startFakeServices } from './voice/fake-services.ts'
import { measureInterruptions } from './voice/interruptions.ts'
import type { Load } from './voice/load.ts'
import { openLiveKit } from './voice/peers.ts'
import { type Measured, runSystem, type SystemUnderTest } from './voice/run-system.ts'
import { judgeFullTurn, judgeInterruptions, judgePipeline } from './voice/verdicts.ts'

const { values } = parseArgs({
  options: {
    /** Fewer sessions and rounds, for working on it. */
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: 'A,B,barge' },
    /** Without peers. */
    alone: { type: 'boolean', default: false },
  },
})
const sections = values.only.split(',')
const script = (name: string) => fileURLToPath(new URL(`voice/${name}`, import.meta.url))
const companions: SystemUnderTest = { name: 'companions', script: script('companions-main.ts') }
const floor: SystemUnderTest = { name: 'bare fetch (floor)', script: script('floor-main.ts') }
const livekit = values.alone ? undefined : await openLiveKit()
const peers = livekit ? [livekit] : []

const judged: string[][] = []
if (sections.includes('A')) await measurePipeline()
if (sections.includes('B')) await measureFullTurn()
if (sections.includes('barge')) await measureBargeIn()
console.log()
printTable(['asked', 'measured', 'wanted', ''], judged)

/** Mode A: turn ends are given; the time is that of the first frame minus the services' own part of the way. */
async function measurePipeline(): Promise<void> {
  const common = { mode: 'A', rounds: values.short ? 3 : 6, cycleMs: 2_600 } as const
  const sizes = values.short ? [10, 40] : [1, 10, 20, 40]
  const loads: Load[] = [
    ...sizes.map((sessions) => ({ ...common, sessions, isBurst: true })),
    { ...common, sessions: 40, isBurst: false },
  ]
  const measured = await measureAll([floor, companions, ...peers], loads)
  report('A: what the pipeline adds, turn end given', measured)
  judged.push(...judgePipeline(measured))
}

/** Mode B: from the last loud sample to the first frame, speech detection and endpointing included. */
async function measureFullTurn(): Promise<void> {
  const { question: clip } = await makeClips()
  const sizes = values.short ? [10] : [10, 40]
  const rounds = values.short ? 3 : 5
  const loads = sizes.map(
    (sessions): Load => ({ mode: 'B', sessions, isBurst: true, rounds, cycleMs: 5_000, clip }),
  )
  const measured = await measureAll([companions, ...peers], loads)
  report('B: last loud sample to first frame', measured)
  judged.push(...judgeFullTurn(measured))
}

async function measureBargeIn(): Promise<void> {
  const result = values.short ? await measureInterruptions(8, 2) : await measureInterruptions(20, 10)
  const { count, unanswered, speechCut, stop, resumed } = result
  console.log(`\nInterruptions: ${count}, half of them speech, in room noise`)
  printTable(
    [
      'speech cut',
      'stop p50',
      'p90',
      'p99',
      'max',
      'coughs and hums after which it goes on',
      'no answer to interrupt',
    ],
    [[speechCut, ...[stop.p50, stop.p90, stop.p99, stop.max].map(oneDigit), resumed, unanswered]],
  )
  judged.push(...judgeInterruptions(result))
}

/** Systems take turns, so that a busy machine shows in all of them. */
async function measureAll(systems: readonly SystemUnderTest[], loads: readonly Load[]): Promise<Measured[]> {
  const measured: Measured[] = []
  for (const load of loads) {
    await using services = await startFakeServices(load.mode === 'B')
    for (const system of systems) measured.push(await runSystem(system, load, services))
  }
  return measured
}

function report(title: string, measured: readonly Measured[]): void {
  console.log(`\n${title}, ms`)
  printTable(
    ['system', 'sessions', 'starts', 'answers', 'p50', 'p90', 'p99', 'max', 'CPU s/session-min', 'MiB, all'],
    measured.map(({ name, load, latency, answered, cpuPerSessionMinute, memoryMiB }) => [
      name,
      load.sessions,
      load.isBurst ? 'at once' : 'spread',
      answered,
      ...[latency.p50, latency.p90, latency.p99, latency.max].map(oneDigit),
      cpuPerSessionMinute.toFixed(3),
      memoryMiB.toFixed(0),
    ]),
  )
}

function oneDigit(value: number): string {
  return value.toFixed(1)
}

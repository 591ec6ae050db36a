import { readFileSync } from 'node:fs'
import { descendantsOf, readUsage } from '#test/support/process-usage.ts'
import { type SpawnedProcess, spawnNode, spawnProcess } from '#test/support/spawned-process.ts'
import { summarize } from '../percentiles.ts'
import type { FakeServices } from './fake-services.ts'
import type { Load, LoadResult } from './load.ts'

export interface SystemUnderTest {
  readonly name: string
  /** The first is a script for this Node unless `command` is given. */
  readonly script: string
  readonly args?: readonly string[]
  readonly command?: string
  readonly env?: Readonly<Record<string, string>>
}

export interface Measured {
  readonly name: string
  readonly load: Load
  /** First frame minus the services' own part of the way (mode A), or minus the last loud sample (mode B). */
  readonly latency: ReturnType<typeof summarize>
  readonly answered: string
  readonly cpuPerSessionMinute: number
  /** Of all its processes, at the end. */
  readonly memoryMiB: number
  readonly lateP99Ms: number
}

/** One load on one system in a fresh process. */
export async function runSystem(
  { name, script, args = [], command, env = {} }: SystemUnderTest,
  load: Load,
  services: FakeServices,
): Promise<Measured> {
  const onLine = (line: string) => {
    if (process.env.BENCH_VERBOSE) console.error(`${name}: ${line}`)
  }
  await using child =
    command === undefined
      ? spawnNode(script, args, { env, onLine })
      : spawnProcess(command, [script, ...args], { env, onLine })
  await child.waitForMessage(is('loaded'), 60_000)
  child.send({ servicesUrl: services.url, load })
  await child.waitForMessage(is('warm'), 60_000)
  const before = cpuSeconds(child)
  const { result } = await child.waitForMessage(isResult, 300_000)
  const seconds = cpuSeconds(child) - before
  const memoryMiB = proportionalMiB(child)
  const stamps = await services.takeStamps()
  return {
    name,
    load,
    latency: summarize(load.mode === 'A' ? overheads(result, stamps) : waits(result)),
    answered: `${result.taken.length}/${result.asked}`,
    cpuPerSessionMinute: (seconds / load.sessions / result.seconds) * 60,
    memoryMiB,
    lateP99Ms: result.lateP99Ms,
  }
}

interface Result {
  readonly type: 'result'
  readonly result: LoadResult
}

const is =
  (type: string) =>
  (message: unknown): message is { type: string } =>
    typeof message === 'object' && message !== null && 'type' in message && message.type === type

const isResult = (message: unknown): message is Result => is('result')(message)

function overheads({ taken }: LoadResult, stamps: ReadonlyMap<number, number>): number[] {
  return taken.flatMap(({ endedMs, firstFrameMs, question }) => {
    const servicesMs = stamps.get(question)
    return servicesMs === undefined ? [] : [firstFrameMs - endedMs - servicesMs]
  })
}

function waits({ taken }: LoadResult): number[] {
  return taken.map(({ endedMs, firstFrameMs }) => firstFrameMs - endedMs)
}

function processesOf({ pid }: SpawnedProcess): number[] {
  return [pid, ...descendantsOf(pid)]
}

function cpuSeconds(child: SpawnedProcess): number {
  return processesOf(child).reduce((sum, pid) => sum + readUsage(pid).cpuSeconds, 0)
}

/** Memory of its own plus its share of what it has in common with others: proc(5), smaps_rollup. */
function proportionalMiB(child: SpawnedProcess): number {
  const kib = processesOf(child).reduce((sum, pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0)
  }, 0)
  return kib / 1024
}

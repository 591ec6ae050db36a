import { descendantsOf, readUsage } from '../../support/process-usage.ts'
import { spawnNode } from '../../support/spawned-process.ts'
import type { LatencySummary } from '../percentiles.ts'

export interface Load {
  readonly kind: 'floor' | 'companions'
  readonly url: string
  readonly streams: number
  /** Per stream. */
  readonly tokens: number
}

/** Process ids by what the process is called in the report. */
type Processes = Readonly<Record<string, number>>

export interface Measurement {
  /** Of every token, also while answers begin and end. */
  readonly latency: LatencySummary
  /** Of the tokens that arrived while all answers were running. */
  readonly together: LatencySummary
  /** Processor seconds while tokens were flowing, by the name of the process. */
  readonly cpuSeconds: Readonly<Record<string, number>>
  readonly peakRssMiB: Readonly<Record<string, number>>
}

type Message<Type extends string> = { readonly type: Type }

/** Tells messages of child processes apart by their `type`. */
export function isMessage<Type extends string, Fields extends object = object>(type: Type) {
  return (message: unknown): message is Message<Type> & Fields =>
    typeof message === 'object' && message !== null && 'type' in message && message.type === type
}

const loadMain = 'test/bench/chat/load-main.ts'

/** Warms everything up, then lets the readers ask and waits until every token has arrived. */
export async function measure(load: Load, processes: Processes): Promise<Measurement> {
  await using readers = spawnNode(loadMain, [JSON.stringify(load)])
  await readers.waitForMessage(isMessage('warm'), 120_000)
  const all = { ...processes, readers: readers.pid }
  const before = cpuOf(all)
  readers.send({ type: 'go' })
  const { latency, together } = await readers.waitForMessage(
    isMessage<'done', { latency: LatencySummary; together: LatencySummary }>('done'),
    180_000,
  )
  const after = cpuOf(all)
  return {
    latency,
    together,
    cpuSeconds: Object.fromEntries(
      Object.keys(all).map((name) => [name, (after[name] ?? 0) - (before[name] ?? 0)]),
    ),
    peakRssMiB: Object.fromEntries(
      Object.entries(all).map(([name, pid]) => [name, readUsage(pid).peakRssMiB]),
    ),
  }
}

function cpuOf(processes: Processes): Record<string, number> {
  const sum = (pid: number) =>
    [pid, ...descendantsOf(pid)].reduce((seconds, each) => seconds + readUsage(each).cpuSeconds, 0)
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, sum(pid)]))
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { Bus } from '#core/bus/bus.ts'
import { openInProcessBus } from '#core/bus/in-process.ts'
import { openJetStreamBus } from '#core/bus/jetstream.ts'
import type { RetryPolicy } from '#core/bus/retry.ts'
import type { NatsServer } from '#test/support/nats-server.ts'
import { collectingLogger, type LogLine } from './collecting-logger.ts'

export interface BusSettings {
  readonly laneLimit?: number
  readonly retry?: RetryPolicy
}

/** A place where buses meet: one broker, or one process. */
export interface BusFixture extends AsyncDisposable {
  /** Everything that the buses logged. */
  readonly lines: LogLine[]
  /** The bus of one more process; where there is only one process, its bus. */
  open(settings?: BusSettings): Promise<Bus>
  /** A process of its own that takes one item, hangs, and dies by SIGKILL when told. Resolves when it has the item. */
  spawnHangingWorker(): Promise<{ kill: () => Promise<void> }>
}

/** Short, so that a dead worker is noticed within a test. */
export const ackWaitMs = 1_000
export const quickRetry: RetryPolicy = { maxTries: 3, backoffMs: [20] }

/** Each fixture is empty; the folder is its own. */
export async function inProcessFixture(): Promise<BusFixture> {
  const folder = await mkdtemp(join(tmpdir(), 'bus-'))
  const file = join(folder, 'bus.sqlite')
  const { logger, lines } = collectingLogger()
  let bus: Bus | undefined
  return {
    lines,
    async open(settings = {}) {
      bus =
        bus && bus.status !== 'closed'
          ? bus
          : await openInProcessBus({ file, logger, retry: quickRetry, ...settings })
      return bus
    },
    async spawnHangingWorker() {
      await bus?.[Symbol.asyncDispose]()
      return await hangingWorker('in-process', file)
    },
    async [Symbol.asyncDispose]() {
      await bus?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Uses a running broker; disposing it removes everything that was made on it. */
export async function jetStreamFixture(server: NatsServer): Promise<BusFixture> {
  const { logger, lines } = collectingLogger()
  const buses: Bus[] = []
  return {
    lines,
    async open(settings = {}) {
      const bus = await openJetStreamBus({
        url: server.url,
        outboxFile: ':memory:',
        logger,
        ackWaitMs,
        retry: quickRetry,
        ...settings,
      })
      buses.push(bus)
      return bus
    },
    spawnHangingWorker: () => hangingWorker('jetstream', server.url),
    async [Symbol.asyncDispose]() {
      await Promise.all(buses.map((bus) => bus[Symbol.asyncDispose]()))
      await deleteStreams(server.url)
    },
  }
}

export async function deleteStreams(url: string): Promise<void> {
  const nc = await connect({ servers: url })
  const jsm = await jetstreamManager(nc)
  for await (const name of jsm.streams.names()) await jsm.streams.delete(name)
  await nc.close()
}

async function hangingWorker(kind: string, where: string): Promise<{ kill: () => Promise<void> }> {
  const program = join(import.meta.dirname, 'hanging-worker.ts')
  const child = spawn(process.execPath, [program, kind, where], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data', { signal: AbortSignal.timeout(20_000) })
  return {
    async kill() {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    },
  }
}

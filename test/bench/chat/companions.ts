import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NatsServer } from '../../support/nats-server.ts'
import { createEmptyDatabase, startTestPostgres } from '../../support/postgres.ts'
import { spawnNode } from '../../support/spawned-process.ts'
import type { Pace } from './floor.ts'
import { isMessage, type Measurement, measure } from './measure.ts'

export interface CompanionsOptions extends Pace {
  /** Of Node, for the web process. */
  readonly flags: readonly string[]
  readonly workerFlags: readonly string[]
}

/** The same tokens from a model server through worker, broker and web to a browser's socket, processes as in production. */
export async function measureCompanions(
  broker: NatsServer,
  { streams, tokensPerSecond, seconds, flags, workerFlags }: CompanionsOptions,
): Promise<Measurement & { readonly tokensSent: number }> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.adopt(await mkdtemp(join(tmpdir(), 'companions-bench-')), (path) =>
    rm(path, { recursive: true, force: true }),
  )
  const postgres = stack.use(await startTestPostgres())
  const model = stack.use(spawnNode('test/bench/chat/model-main.ts', [String(tokensPerSecond)]))
  const { url: modelUrl } = await model.waitForMessage(isMessage<'ready', { url: string }>('ready'), 10_000)
  const common = {
    NATS_URL: broker.url,
    DATABASE_URL: await createEmptyDatabase(postgres),
    RAY_SERVE_URL: modelUrl,
    LOG_LEVEL: 'info',
  }
  const envOf = (role: string) => ({ ...common, PORT: '0', DATA_DIR: join(folder, role) })
  const web = stack.use(spawnNode('test/support/web-main.ts', [], { flags, env: envOf('web') }))
  const { url } = await web.waitForMessage(isMessage<'ready', { url: string }>('ready'), 30_000)
  const worker = stack.use(
    spawnNode('bin/companions.mjs', ['worker'], { flags: workerFlags, env: envOf('worker') }),
  )

  const address = url.replace(/^http/, 'ws').replace(/\/$/, '')
  const load = { kind: 'companions', url: address, streams, tokens: tokensPerSecond * seconds } as const
  const processes = {
    model: model.pid,
    worker: worker.pid,
    broker: broker.pid ?? 0,
    database: postgres.pid,
    web: web.pid,
  }
  const measurement = await measure(load, processes)
  model.send({ type: 'count' })
  const { tokens } = await model.waitForMessage(isMessage<'sent', { tokens: number }>('sent'), 5_000)
  return { ...measurement, tokensSent: tokens }
}

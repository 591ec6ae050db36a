import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bus } from '#core/bus/bus.ts'
import type { Persona } from '#core/chat/persona.ts'
import { loadPersona } from '#core/chat/persona-file.ts'
import type { Config } from '#core/config.ts'
import { type OpenInference, openInference } from '#core/inference/open-inference.ts'
import { openStore, type Store } from '#core/store/store.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { startTelemetry } from '#core/telemetry/telemetry.ts'
import { traceHeaders } from '#core/telemetry/trace-context.ts'
import type { Role } from './roles.ts'

/** What every role stands on. */
export interface Connections {
  readonly store: Store
  readonly bus: Bus
  readonly inference: OpenInference
  readonly persona: Persona
}

export interface ConnectionOptions {
  readonly role: Role
  readonly config: Config
  readonly logger: Logger
  readonly version: string
  /** Takes over what was opened; disposing it closes everything in reverse order. */
  readonly closing: AsyncDisposableStack
}

/** Opens telemetry, database, bus, models and persona; what can go side by side does, because a person is waiting. */
export async function openConnections(options: ConnectionOptions): Promise<Connections> {
  const { role, config, logger, version, closing } = options
  closing.use(await startTelemetry({ endpoint: config.otlpEndpoint, role, version, logger }))
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const inference = closing.use(openInference(config.inference, { logger, traceHeaders }))
  // Each is handed to `closing` as soon as it is open, also when another of them fails.
  const [store, bus, persona] = await allOpen([
    openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, logger }).then((it) =>
      closing.use(it),
    ),
    openBus(role, config, logger).then((it) => closing.use(it)),
    loadPersona(config.personaFile),
  ])
  return { store, bus, inference, persona }
}

/** Like Promise.all, but settles only when all have, so that nothing opens after the closing has begun. */
async function allOpen<T extends readonly unknown[]>(opening: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(opening)
  return (await Promise.all(opening)) as unknown as T
}

/** Imported on demand: a process speaks to one kind of bus and need not hold the other's code. */
async function openBus(role: Role, { natsUrl, dataDir }: Config, logger: Logger): Promise<Bus> {
  if (natsUrl === undefined) {
    const { openInProcessBus } = await import('#core/bus/in-process.ts')
    return await openInProcessBus({ file: join(dataDir, 'bus.sqlite'), logger })
  }
  const { openJetStreamBus } = await import('#core/bus/jetstream.ts')
  return await openJetStreamBus({ url: natsUrl, outboxFile: join(dataDir, `outbox-${role}.sqlite`), logger })
}

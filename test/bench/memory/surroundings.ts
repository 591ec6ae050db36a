import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnDiscordStandIn } from '../../support/discord/remote.ts'
import { startInferenceServer } from '../../support/inference-server.ts'
import { NatsServer } from '../../support/nats-server.ts'
import { createEmptyDatabase, startTestPostgres } from '../../support/postgres.ts'

/** What a cluster offers each role: broker, database, model services, Discord. */
export interface Surroundings extends AsyncDisposable {
  environmentOf(role: string): Record<string, string>
}

export async function openSurroundings({ isCold }: { readonly isCold: boolean }): Promise<Surroundings> {
  await using opening = new AsyncDisposableStack()
  const folder = opening.adopt(await mkdtemp(join(tmpdir(), 'companions-memory-')), (path) =>
    rm(path, { recursive: true, force: true }),
  )
  const broker = opening.use(await NatsServer.start())
  const databaseUrl = await createEmptyDatabase(opening.use(await startTestPostgres()))
  const models = opening.use(await startInferenceServer())
  const discord = opening.use(await spawnDiscordStandIn())
  const resources = opening.move()
  return {
    environmentOf: (role) => ({
      NATS_URL: broker.url,
      DATABASE_URL: databaseUrl,
      RAY_SERVE_URL: models.url,
      DATA_DIR: join(folder, role),
      PORT: '0',
      ...(isCold ? { NODE_COMPILE_CACHE: join(folder, `${role}-compiled`) } : {}),
      ...(role === 'bot' ? { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl } : {}),
    }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

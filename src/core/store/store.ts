import type { ClientConfig } from 'pg'
import type { Logger } from '#core/telemetry/logger.ts'
import type { Database } from './database.ts'
import { drizzle } from './drizzle.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { DatabaseUnreachableError } from './errors.ts'
import { migrateDatabase } from './migrate.ts'
import { Pool } from './pool.ts'

export interface StoreOptions {
  /** Undefined: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  readonly logger: Logger
  /** The most connections that this process opens. */
  readonly poolSize?: number
  readonly signal?: AbortSignal | undefined
}

/** How another process of ours connects to the same database; it survives being sent there. */
export interface DatabaseTarget {
  readonly connectionString?: string | undefined
  readonly host?: string | undefined
  readonly port?: number | undefined
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly database?: string | undefined
}

/** The record of everything. Disposing closes its connections and stops the embedded PostgreSQL. */
export interface Store extends AsyncDisposable {
  readonly db: Database
  readonly target: DatabaseTarget
}

/**
 * Opens the database, started here or reached by its address, and brings its tables up to date.
 * @throws EmbeddedPostgresUnavailableError, EmbeddedPostgresInUseError, EmbeddedPostgresStartError,
 * DatabaseUnreachableError, the signal's reason
 */
export async function openStore({
  databaseUrl,
  dataDir,
  logger,
  poolSize = 10,
  signal,
}: StoreOptions): Promise<Store> {
  await using opening = new AsyncDisposableStack()
  const target: DatabaseTarget =
    databaseUrl === undefined
      ? opening.use(await startEmbedded({ dataDir, logger, signal })).connection
      : { connectionString: databaseUrl }
  await prepare(target, databaseUrl, signal)
  const { db } = opening.use(connectStore(target, { poolSize, logger }))
  const resources = opening.move()
  return { db, target, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** Connects to a database that another process of ours has opened and brought up to date; the first statement shows how. */
export function connectStore(
  target: DatabaseTarget,
  { poolSize, logger }: Required<Pick<StoreOptions, 'poolSize' | 'logger'>>,
): Store {
  const pool = new Pool(target, { size: poolSize, logger })
  return { db: drizzle({ client: pool }), target, [Symbol.asyncDispose]: () => closePool(pool, logger) }
}

/** Imported on demand: with a DATABASE_URL it is memory for nothing. */
async function startEmbedded(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { startEmbeddedPostgres } = await import('./embedded-postgres.ts')
  return await startEmbeddedPostgres(options)
}

async function prepare(
  target: ClientConfig,
  databaseUrl: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await migrateDatabase(target, { signal })
  } catch (cause) {
    signal?.throwIfAborted()
    if (databaseUrl === undefined) throw cause
    throw new DatabaseUnreachableError(withoutSecrets(databaseUrl), reasonOf(cause), { cause })
  }
}

function withoutSecrets(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl)
  return `${host}${pathname}`
}

/** Node says nothing but a code when several addresses of one name failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

const closeTimeoutMs = 5_000

/** Waits for statements under way, but not for ever. */
async function closePool(pool: Pool, logger: Logger): Promise<void> {
  const late = Symbol('late')
  const closed = await Promise.race([pool.end(), expire(closeTimeoutMs, late)])
  if (closed === late) logger.warn('database connections were still in use at the end', { closeTimeoutMs })
}

function expire<Value>(timeoutMs: number, value: Value): Promise<Value> {
  return new Promise((resolve) => {
    setTimeout(resolve, timeoutMs, value).unref()
  })
}

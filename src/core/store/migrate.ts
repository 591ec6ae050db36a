import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { connectionOptions, connectPatiently } from './connecting.ts'
import { drizzle, migrate, sql } from './drizzle.ts'

const migrationsFolder = fileURLToPath(new URL('../../../drizzle', import.meta.url))

/** How long a start waits for a database that is not there yet. */
const patienceMs = 30_000
/** A migration may rewrite a large table, and a second process waits for the first. */
const limits = { statementTimeoutMs: 600_000, silenceTimeoutMs: 660_000 }
/** Any number, the same in all versions: it keeps processes that start at once from migrating at once. */
const migrationLock = 7_261_403_882

/** Brings the database to this version's tables; waits for its turn, and does nothing where nothing is to be done. */
export async function migrateDatabase(
  target: pg.ClientConfig,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const client = await connectPatiently(() => connect(target), { patienceMs, signal })
  try {
    const db = drizzle({ client })
    await db.execute(sql`select pg_advisory_lock(${migrationLock})`)
    await migrate(db, { migrationsFolder })
  } finally {
    // Ends the session and with it the lock.
    await client.end()
  }
}

async function connect(target: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client(connectionOptions(target, limits))
  // A lost connection rejects the statement under way; between two statements there must be a listener.
  client.on('error', () => {})
  await client.connect()
  return client
}

// A companion that does nothing but keep its embedded PostgreSQL running: node embedded-postgres-main.ts DATA_DIR
import { startEmbeddedPostgres } from '#core/store/embedded-postgres.ts'
import { createLogger } from '#core/telemetry/logger.ts'

const [dataDir = ''] = process.argv.slice(2)
const logger = createLogger({ level: 'silent' })
try {
  const postgres = await startEmbeddedPostgres({ dataDir, logger })
  process.stdout.write(`ready ${JSON.stringify({ ...postgres.connection, pid: postgres.pid })}\n`)
  process.once('SIGTERM', () => void postgres[Symbol.asyncDispose]())
} catch (error) {
  process.stdout.write(`failed ${error instanceof Error ? `${error.name}: ${error.message}` : error}\n`)
}

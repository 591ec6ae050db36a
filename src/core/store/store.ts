import type { Logger } from '#core/telemetry/logger.ts'
import type { Database } from './database.ts'

export interface Store extends AsyncDisposable {
  readonly db: Database
}

export interface StoreOptions {
  /** Undefined: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl?: string | undefined
  readonly dataDir: string
  readonly logger: Logger
  /** Most connections of this process. */
  readonly poolSize?: number
  readonly signal?: AbortSignal
}

export async function openStore(_options: StoreOptions): Promise<Store> {
  throw new Error('not yet')
}

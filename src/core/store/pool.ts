import pg from 'pg'
import type { Logger } from '#core/telemetry/logger.ts'
import { connectionOptions, connectPatiently, type WaitLimits } from './connecting.ts'

/** Above what a restart of PostgreSQL takes. */
const patienceMs = 8_000
const usualLimits: WaitLimits = { statementTimeoutMs: 10_000, silenceTimeoutMs: 15_000 }
/** Below the silence at which a connection counts as dead. */
const idleTimeoutMillis = 10_000

export interface PoolOptions {
  readonly size: number
  readonly logger: Logger
  readonly limits?: WaitLimits
}

/**
 * Connections that outlive restarts of PostgreSQL: a statement that begins while it is away waits for it, one that was
 * under way fails and is the caller's to repeat, and nothing of it ever ends this process.
 */
export class Pool extends pg.Pool {
  constructor(target: pg.ClientConfig, { size, logger, limits = usualLimits }: PoolOptions) {
    super({ ...connectionOptions(target, limits), max: size, idleTimeoutMillis })
    const noteLoss = (error: Error) => logger.debug('a database connection was lost', { error })
    this.on('error', noteLoss)
    // While a transaction has the connection, pg listens for nothing: a loss between two statements would be uncaught.
    this.on('connect', (client) => client.on('error', noteLoss))
  }

  override connect(): Promise<pg.PoolClient>
  override connect(callback: ConnectCallback): void
  override connect(callback?: ConnectCallback): Promise<pg.PoolClient> | undefined {
    const connecting = connectPatiently(() => super.connect(), { patienceMs }).then(releaseWhenLost)
    if (callback === undefined) return connecting
    connecting.then(
      (client) => callback(undefined, client, client.release),
      (error) => callback(error, undefined, () => {}),
    )
    return undefined
  }
}

/**
 * A connection that is lost leaves the pool by itself. drizzle never releases one whose `begin` fails, so that each restart
 * of PostgreSQL would cost a place in the pool, up to the last (drizzle-orm 0.45, NodePgSession.transaction).
 */
function releaseWhenLost(client: pg.PoolClient): pg.PoolClient {
  const release = client.release
  const releaseLost = () => client.release(true)
  client.release = (isBroken) => {
    client.off('end', releaseLost)
    client.release = () => {}
    release(isBroken)
  }
  client.once('end', releaseLost)
  return client
}

type ConnectCallback = (
  error: Error | undefined,
  client: pg.PoolClient | undefined,
  done: (isBroken?: Error | boolean) => void,
) => void

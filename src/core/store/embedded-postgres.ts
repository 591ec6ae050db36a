import type { Logger } from '#core/telemetry/logger.ts'
import { type Account, accountFor } from './embedded/account.ts'
import { findBinaries, libraryFolders, type PostgresBinaries } from './embedded/binaries.ts'
import { databaseUser, ensureCluster } from './embedded/cluster.ts'
import { EmbeddedPostgresStartError, EmbeddedPostgresUnavailableError } from './embedded/errors.ts'
import { claimFolder, type PostgresFolder } from './embedded/folder.ts'
import { prepareLaunch } from './embedded/launch.ts'
import { chooseListening, type Listening } from './embedded/listening.ts'
import { dismissOrphan } from './embedded/orphan.ts'
import type { Program } from './embedded/run-program.ts'
import { Supervisor } from './embedded/supervisor.ts'

export interface EmbeddedPostgresOptions {
  /** PostgreSQL's files go into the folder `postgres` in there. */
  readonly dataDir: string
  readonly logger: Logger
  /** Gives up starting; a running one is stopped by disposing it. */
  readonly signal?: AbortSignal | undefined
}

/** A PostgreSQL of our own. It is started again when it dies, until disposed. */
export interface EmbeddedPostgres extends AsyncDisposable {
  readonly connection: {
    /** The folder of a Unix socket, or a loopback address. */
    readonly host: string
    readonly port: number
    readonly user: string
    readonly password: string
    readonly database: string
  }
  /** The process id of its main process now. */
  readonly pid: number
}

/**
 * Starts the PostgreSQL that npm installed as a child process, on files in `dataDir`, which are made on the first run.
 * @throws EmbeddedPostgresUnavailableError, EmbeddedPostgresInUseError, EmbeddedPostgresStartError, the signal's reason
 */
export async function startEmbeddedPostgres({
  dataDir,
  logger,
  signal,
}: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.use(await claimFolder(dataDir))
  await dismissOrphan(folder, logger)
  const binaries = await findBinaries(folder.libraries)
  const account = await accountFor(folder.cluster)
  const password = await explain(folder, signal, () => ensureCluster(folder, binaries, account, signal))
  const listening = starting.use(await chooseListening(folder, account))
  const program = await programFor(folder, binaries, account, listening)
  const supervisor = starting.use(
    await explain(folder, signal, () => Supervisor.start(program, logger, signal)),
  )
  const { host, port } = listening
  const resources = starting.move()
  return {
    connection: { host, port, user: databaseUser, password, database: 'postgres' },
    get pid() {
      return supervisor.pid
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function programFor(
  { cluster }: PostgresFolder,
  binaries: PostgresBinaries,
  account: Account | undefined,
  listening: Listening,
): Promise<Program> {
  const settings = Object.entries({ ...smallSettings, ...listening.settings })
  return {
    path: binaries.postgres,
    options: ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    launch: await prepareLaunch(account, binaries.postgres, [cluster, binaries.libraryLinks]),
    libraryFolders: libraryFolders(binaries),
  }
}

/** For one companion on a small machine: about 20 MB in all, and no words of people in what it logs. */
const smallSettings = {
  shared_buffers: '16MB',
  max_wal_size: '256MB',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_logical_replication_workers: '0',
  log_checkpoints: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_line_prefix: '',
} as const

async function explain<Result>(
  { dataDir }: PostgresFolder,
  signal: AbortSignal | undefined,
  start: () => Promise<Result>,
): Promise<Result> {
  try {
    return await start()
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof EmbeddedPostgresUnavailableError || cause instanceof EmbeddedPostgresStartError)
      throw cause
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new EmbeddedPostgresStartError(dataDir, detail, { cause })
  }
}

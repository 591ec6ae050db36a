import { readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EmbeddedPostgresInUseError } from './errors.ts'

/** The folder that the embedded PostgreSQL lives in, owned by this process until it is disposed. */
export interface PostgresFolder extends Disposable {
  /** DATA_DIR, absolute. */
  readonly dataDir: string
  /** PGDATA. */
  readonly cluster: string
  /** Where a cluster is made; renamed to `cluster` when it is complete. */
  readonly firstRun: string
  readonly passwordFile: string
  readonly libraries: string
  readonly sockets: string
}

/** @throws EmbeddedPostgresInUseError */
export async function claimFolder(givenDataDir: string): Promise<PostgresFolder> {
  const dataDir = resolve(givenDataDir)
  const root = join(dataDir, 'postgres')
  await mkdir(root, { recursive: true })
  // PostgreSQL may run as another user, who has to get through but must not look around.
  await chmod(root, 0o711)
  const lock = lockFolder(root, dataDir)
  return {
    dataDir,
    cluster: join(root, 'data'),
    firstRun: join(root, 'first-run'),
    passwordFile: join(root, 'password'),
    libraries: join(root, 'lib'),
    sockets: join(root, 'run'),
    [Symbol.dispose]: () => lock.close(),
  }
}

/**
 * An exclusive lock that the kernel drops when the process dies, however it dies. Node has no flock, SQLite has: an open
 * exclusive transaction on an empty database is nothing but that lock.
 */
function lockFolder(root: string, dataDir: string): DatabaseSync {
  const ownerFile = join(root, 'owner.pid')
  const lock = new DatabaseSync(join(root, 'lock'), { timeout: 0 })
  try {
    lock.exec('begin exclusive')
  } catch {
    lock.close()
    throw new EmbeddedPostgresInUseError(dataDir, readPid(ownerFile))
  }
  writeFileSync(ownerFile, `${process.pid}\n`)
  return lock
}

/** The process id in the first line of a file, if there is one. */
export function readPid(file: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
    return pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, giveAll, namedAccount } from './account.ts'
import { libraryFolders, type PostgresBinaries } from './binaries.ts'
import { EmbeddedPostgresStartError } from './errors.ts'
import type { PostgresFolder } from './folder.ts'
import { prepareLaunch } from './launch.ts'
import { runProgram } from './run-program.ts'

/** The one database role; it owns everything. */
export const databaseUser = 'companions'

const initdbTimeoutMs = 60_000

/**
 * Makes the database cluster if there is none, and returns the password of its role. A cluster is made aside and renamed
 * when complete, so one that a crash left half made is never used.
 */
export async function ensureCluster(
  folder: PostgresFolder,
  binaries: PostgresBinaries,
  account: Account | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  await rm(folder.firstRun, { recursive: true, force: true })
  if (await isMade(folder.cluster)) {
    // A restored backup belongs to root, whom PostgreSQL does not accept.
    if (account && (await stat(folder.cluster)).uid !== account.uid) await giveAll(folder.cluster, account)
    return await readPassword(folder)
  }
  const password = randomBytes(32).toString('base64url')
  await writePrivately(folder.passwordFile, password)
  await makeCluster(folder, binaries, account, password, signal)
  return password
}

async function isMade(cluster: string): Promise<boolean> {
  return await access(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

async function readPassword({ dataDir, passwordFile }: PostgresFolder): Promise<string> {
  try {
    return (await readFile(passwordFile, 'utf8')).trim()
  } catch (cause) {
    throw new EmbeddedPostgresStartError(dataDir, `its password cannot be read from ${passwordFile}`, {
      cause,
    })
  }
}

async function makeCluster(
  { cluster, firstRun }: PostgresFolder,
  binaries: PostgresBinaries,
  account: Account | undefined,
  password: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const maker = account && (await namedAccount())
  const made = join(firstRun, 'data')
  const passwordFile = join(firstRun, 'password')
  await mkdir(firstRun, { mode: 0o700 })
  await writePrivately(passwordFile, password)
  if (maker) await giveAll(firstRun, maker)
  const { initdb: path, libraryLinks } = binaries
  const launch = await prepareLaunch(maker, path, [firstRun, libraryLinks])
  const options = initdbOptions(made, passwordFile)
  await runProgram(
    { path, options, launch, libraryFolders: libraryFolders(binaries) },
    { timeoutMs: initdbTimeoutMs, signal },
  )
  if (account) await giveAll(made, account)
  await rename(made, cluster)
  await rm(firstRun, { recursive: true, force: true })
}

function initdbOptions(cluster: string, passwordFile: string): string[] {
  return [
    '--no-sync',
    '--no-instructions',
    `--pgdata=${cluster}`,
    `--username=${databaseUser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own Unicode rules: the same on every machine, whatever locales it has.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ]
}

async function writePrivately(file: string, content: string): Promise<void> {
  await rm(file, { force: true })
  await writeFile(file, `${content}\n`, { mode: 0o600, flag: 'wx' })
}

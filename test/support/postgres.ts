import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { chown, glob, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { Database } from '#core/store/database.ts'
import { type Account, namedAccount } from '#core/store/embedded/account.ts'
import { startPostmaster } from '#core/store/embedded/postmaster.ts'
import { startEmbeddedPostgres } from '#core/store/embedded-postgres.ts'
import { openStore } from '#core/store/store.ts'
import { createLogger } from '#core/telemetry/logger.ts'

const logger = createLogger({ level: 'silent' })

/** A PostgreSQL for tests, without databases of its own. */
export interface TestPostgres extends AsyncDisposable {
  /** As DATABASE_URL has it. */
  urlOf(database: string): string
  /** Process id of its main process now. */
  readonly pid: number
}

/** The embedded PostgreSQL in a folder of its own, which goes when it is disposed. */
export async function startTestPostgres(): Promise<TestPostgres> {
  await using starting = new AsyncDisposableStack()
  const dataDir = starting.adopt(await mkdtemp(join(tmpdir(), 'companions-test-')), removeFolder)
  const postgres = starting.use(await startEmbeddedPostgres({ dataDir, logger }))
  const resources = starting.move()
  return {
    urlOf: (database) => databaseUrl({ ...postgres.connection, database }),
    get pid() {
      return postgres.pid
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

/** The folder of the distribution's PostgreSQL programs, if there is one. */
export async function findSystemPostgres(): Promise<string | undefined> {
  const given = process.env.POSTGRES_BIN_DIR
  if (given) return given
  for await (const file of glob('/usr/lib/postgresql/*/bin/initdb')) return file.replace(/\/initdb$/, '')
  return undefined
}

/** The distribution's PostgreSQL (Debian 12: version 15) on a fresh cluster. */
export async function startSystemPostgres(binDir: string): Promise<TestPostgres> {
  await using starting = new AsyncDisposableStack()
  const folder = starting.adopt(await mkdtemp(join(tmpdir(), 'companions-test-')), removeFolder)
  const account = process.getuid?.() === 0 ? await namedAccount() : undefined
  const password = randomBytes(16).toString('hex')
  const cluster = join(folder, 'data')
  await makeCluster(binDir, { cluster, passwordFile: join(folder, 'password'), password, account })
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    log_line_prefix: '',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const postmaster = await startPostmaster(
    {
      path: join(binDir, 'postgres'),
      options: ['-D', cluster, ...options],
      launch: { prefix: [], account },
      libraryFolders: [],
    },
    { logger, signal: undefined },
  )
  starting.defer(async () => void (await postmaster.stop()))
  const resources = starting.move()
  return {
    urlOf: (database) => databaseUrl({ host: folder, port: 5432, user: 'companions', password, database }),
    pid: postmaster.pid,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

const run = promisify(execFile)

async function makeCluster(
  binDir: string,
  {
    cluster,
    passwordFile,
    password,
    account,
  }: { cluster: string; passwordFile: string; password: string; account: Account | undefined },
): Promise<void> {
  await writeFile(passwordFile, password)
  if (account) {
    await chown(passwordFile, account.uid, account.gid)
    await chown(join(cluster, '..'), account.uid, account.gid)
  }
  const options = ['--no-sync', '-U', 'companions', '-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C']
  await run(join(binDir, 'initdb'), ['-D', cluster, `--pwfile=${passwordFile}`, ...options], {
    cwd: '/',
    env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
    ...account,
  })
}

async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}

function databaseUrl(target: {
  host: string
  port: number
  user: string
  password: string
  database: string
}): string {
  const url = new URL(`postgres://localhost/${target.database}`)
  url.username = target.user
  url.password = target.password
  url.searchParams.set('host', target.host)
  url.searchParams.set('port', `${target.port}`)
  return url.href
}

export interface TestDatabase extends AsyncDisposable {
  readonly databaseUrl: string
  /** Migrated and empty. */
  readonly db: Database
}

/** A fresh database on that server, or on an embedded one of its own that goes with it. */
export async function createTestDatabase(server?: TestPostgres): Promise<TestDatabase> {
  await using starting = new AsyncDisposableStack()
  const postgres = server ?? starting.use(await startTestPostgres())
  const url = await createEmptyDatabase(postgres)
  const { db } = starting.use(await openStore({ databaseUrl: url, dataDir: tmpdir(), logger }))
  const resources = starting.move()
  return { databaseUrl: url, db, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

/** The address of a database without any table. */
export async function createEmptyDatabase(postgres: TestPostgres): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client(postgres.urlOf('postgres'))
  await client.connect()
  try {
    await client.query(`create database ${name}`)
  } finally {
    await client.end()
  }
  return postgres.urlOf(name)
}

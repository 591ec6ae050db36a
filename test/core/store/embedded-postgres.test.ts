import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountFor } from '#core/store/embedded/account.ts'
import { findBinaries, libraryFolders, linkLibraries } from '#core/store/embedded/binaries.ts'
import { ensureCluster } from '#core/store/embedded/cluster.ts'
import {
  EmbeddedPostgresInUseError,
  EmbeddedPostgresStartError,
  EmbeddedPostgresUnavailableError,
} from '#core/store/embedded/errors.ts'
import { claimFolder } from '#core/store/embedded/folder.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#core/store/embedded-postgres.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '#test/support/eventually.ts'
import { spawnNode } from '#test/support/spawned-process.ts'

const logger = createLogger({ level: 'silent' })
const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'
const mainScript = join(import.meta.dirname, '../../support/embedded-postgres-main.ts')

let folder: string
/** One cluster for most tests: making it is the slow part. */
let dataDir: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'companions-test-'))
  dataDir = join(folder, 'shared')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const start = (where: string, signal?: AbortSignal) =>
  startEmbeddedPostgres({ dataDir: where, logger, signal })

async function query(connection: EmbeddedPostgres['connection'], text: string): Promise<unknown[]> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 2_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('life cycle', () => {
  it('makes a cluster on the first start, and finds everything again on the next', async () => {
    {
      await using postgres = await start(dataDir)
      await query(postgres.connection, 'create table kept (word text)')
      await query(postgres.connection, `insert into kept values ('still here')`)
    }
    await using postgres = await start(dataDir)
    expect(await query(postgres.connection, 'select word from kept')).toEqual(['still here'])
  })

  it('leaves no process behind when it is stopped', async () => {
    const postgres = await start(dataDir)
    const { pid } = postgres
    expect(isRunning(pid)).toBe(true)
    await postgres[Symbol.asyncDispose]()
    expect(isRunning(pid)).toBe(false)
    await expect(stat(join(dataDir, 'postgres/data/postmaster.pid'))).rejects.toThrow('ENOENT')
  })

  it('stops although somebody is connected', async () => {
    const postgres = await start(dataDir)
    const client = new pg.Client(postgres.connection)
    client.on('error', () => {})
    await client.connect()
    const ended = new Promise<void>((resolve) => client.once('end', resolve))
    await postgres[Symbol.asyncDispose]()
    await ended
    expect(isRunning(postgres.pid)).toBe(false)
  })

  it('comes back with all committed rows when PostgreSQL is killed', async () => {
    await using postgres = await start(dataDir)
    await query(postgres.connection, 'create table committed (number int)')
    for (let round = 1; round <= 3; round++) {
      await query(postgres.connection, `insert into committed values (${round})`)
      const { pid } = postgres
      process.kill(pid, 'SIGKILL')
      await eventually(() => postgres.pid !== pid)
      expect(await query(postgres.connection, 'select count(*)::int from committed')).toEqual([round])
    }
  })

  it('gives up starting when the signal aborts, and starts the next time', async () => {
    const controller = new AbortController()
    const where = join(folder, 'aborted')
    const starting = start(where, controller.signal)
    await eventually(() => stat(join(where, 'postgres/first-run/data/base')).catch(() => undefined))
    controller.abort(new Error('changed my mind'))
    await expect(starting).rejects.toThrow('changed my mind')
    await using postgres = await start(where)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it('starts over when the first run crashed half way', async () => {
    const where = join(folder, 'half-made')
    const halfMade = join(where, 'postgres/first-run/data')
    await mkdir(join(halfMade, 'base'), { recursive: true })
    await writeFile(join(halfMade, 'PG_VERSION'), '18\n')
    await using postgres = await start(where)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
    await expect(stat(join(where, 'postgres/first-run'))).rejects.toThrow('ENOENT')
  })

  it('says what PostgreSQL said when it cannot start', async () => {
    const where = join(folder, 'damaged')
    await (await start(where))[Symbol.asyncDispose]()
    await rm(join(where, 'postgres/data/global/pg_control'))
    const failure = await start(where).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EmbeddedPostgresStartError)
    expect(failure).toMatchObject({
      dataDir: where,
      message: expect.stringMatching(/pg_control.*DATABASE_URL/s),
    })
  })
})

describe('one companion per folder', () => {
  it('refuses a second one, naming the folder and the process that has it', async () => {
    await using companion = spawnNode(mainScript, [dataDir])
    await companion.waitForLine(/^ready/, 20_000)
    const failure = await start(dataDir).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EmbeddedPostgresInUseError)
    expect(failure).toMatchObject({
      dataDir,
      pid: companion.pid,
      message: expect.stringContaining('DATA_DIR'),
    })
  })

  it('refuses a second one in the same process, and leaves the first alone', async () => {
    await using postgres = await start(dataDir)
    await expect(start(dataDir)).rejects.toThrow(EmbeddedPostgresInUseError)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it('lets one of five that start at once have it', async () => {
    const starts = await Promise.allSettled(Array.from({ length: 5 }, () => start(dataDir)))
    const running = starts.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []))
    await Promise.all(running.map((postgres) => postgres[Symbol.asyncDispose]()))
    expect(running).toHaveLength(1)
  })
})

describe('a companion that is killed', () => {
  it('is followed by one that finds everything', async () => {
    await using companion = spawnNode(mainScript, [dataDir])
    const connection = await readyOf(companion)
    await query(connection, 'create table survivors (word text)')
    await query(connection, `insert into survivors values ('alive')`)
    await companion.stop('SIGKILL')
    await using postgres = await start(dataDir)
    expect(await query(postgres.connection, 'select word from survivors')).toEqual(['alive'])
    // Ended, but perhaps still listed until the system's first process takes note.
    await eventually(() => !isRunning(connection.pid))
  })

  it.runIf(isLinux)('takes its PostgreSQL along', async () => {
    await using companion = spawnNode(mainScript, [dataDir])
    const { pid } = await readyOf(companion)
    await companion.stop('SIGKILL')
    await eventually(() => !isRunning(pid))
  })

  it.skipIf(process.platform === 'win32')(
    'stops a PostgreSQL that stayed behind, and nothing else',
    async () => {
      await (await start(dataDir))[Symbol.asyncDispose]()
      const orphan = await spawnOrphan(join(dataDir, 'postgres/data'))
      await using postgres = await start(dataDir)
      expect(orphan.signalCode ?? orphan.exitCode).not.toBeNull()
      expect(await query(postgres.connection, 'select 1')).toEqual([1])
    },
  )

  it('is not confused by another program that got the process id', async () => {
    const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'], {
      stdio: 'ignore',
      ...(isRoot ? { uid: (await stat(join(dataDir, 'postgres/data'))).uid } : {}),
    })
    await once(bystander, 'spawn')
    await writeFile(
      join(dataDir, 'postgres/data/postmaster.pid'),
      `${bystander.pid}\n${dataDir}/postgres/data\n`,
    )
    await using postgres = await start(dataDir)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
    expect(bystander.exitCode).toBeNull()
    bystander.kill()
  })

  type Ready = EmbeddedPostgres['connection'] & { readonly pid: number }

  async function readyOf(companion: ReturnType<typeof spawnNode>): Promise<Ready> {
    const [, connection = ''] = await companion.waitForLine(/^ready (.*)/, 20_000)
    return JSON.parse(connection)
  }

  async function spawnOrphan(cluster: string) {
    const binaries = await findBinaries(join(dataDir, 'postgres/lib'))
    const { uid, gid } = await stat(cluster)
    const child = spawn(
      binaries.postgres,
      ['-D', cluster, '-c', 'listen_addresses=', '-c', 'unix_socket_directories='],
      {
        ...(isRoot ? { uid, gid } : {}),
        env: { LC_ALL: 'C', LD_LIBRARY_PATH: libraryFolders(binaries).join(':') },
        stdio: ['ignore', 'ignore', 'pipe'],
      },
    )
    for await (const text of child.stderr) if (String(text).includes('ready to accept connections')) break
    return child
  }
})

describe('where it lives', () => {
  it.runIf(isRoot)('runs as root in a folder that is closed to everybody else', async () => {
    const closed = join(folder, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const where = join(closed, 'deep/down')
    {
      await using postgres = await start(where)
      expect(await query(postgres.connection, 'select 1')).toEqual([1])
      expect((await stat(`/proc/${postgres.pid}`)).uid).not.toBe(0)
    }
    await using postgres = await start(where)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it.runIf(isRoot && isLinux)(
    'runs as root when the programs themselves are closed to everybody else',
    async () => {
      const closed = join(folder, 'checkout')
      await mkdir(closed, { mode: 0o700 })
      const installed = await findBinaries(join(folder, 'unused'))
      const home = join(closed, 'native')
      await cp(installed.home, home, { recursive: true, verbatimSymlinks: true })
      const initdb = join(home, 'bin/initdb')
      for (const mode of [0o755, 0o700]) {
        for (const program of ['initdb', 'postgres']) await chmod(join(home, 'bin', program), mode)
        using place = await claimFolder(join(closed, `data ${mode}`))
        const account = await accountFor(place.cluster)
        await ensureCluster(place, { ...installed, home, initdb }, account, undefined)
        expect((await stat(place.cluster)).uid).toBe(account?.uid)
      }
    },
  )

  it.runIf(isRoot)('keeps to the rights of an ordinary user where no folder is closed', async () => {
    await chmod(folder, 0o711)
    await using postgres = await start(dataDir)
    const status = await readFile(`/proc/${postgres.pid}/status`, 'utf8')
    expect(status).toMatch(/^CapEff:\s*0+$/m)
  })

  it.runIf(isRoot)('takes a cluster back that root restored from a backup', async () => {
    const where = join(folder, 'restored')
    await (await start(where))[Symbol.asyncDispose]()
    const copy = spawn('chown', ['-R', '0:0', where])
    await once(copy, 'exit')
    await using postgres = await start(where)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it('finds a place for its socket when the folder has a long and difficult name', async () => {
    const where = join(folder, `it's "long", ${'very '.repeat(30)}`)
    await using postgres = await start(where)
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it('takes a difficult name for its socket as it is', async () => {
    const where = join(folder, `a "b", 'c'`)
    await using postgres = await start(where)
    expect(postgres.connection.host).toBe(join(where, 'postgres/run'))
    expect(await query(postgres.connection, 'select 1')).toEqual([1])
  })

  it.skipIf(process.platform === 'win32')(
    'lets nobody in without the password, and nobody else near it',
    async () => {
      await using postgres = await start(dataDir)
      const { connection } = postgres
      await expect(query({ ...connection, password: 'guess' }, 'select 1')).rejects.toThrow('password')
      const modeOf = async (path: string) => (await stat(join(dataDir, 'postgres', path))).mode & 0o777
      expect(await modeOf('password')).toBe(0o600)
      expect(await modeOf('data')).toBe(0o700)
      expect(await modeOf('run')).toBe(0o700)
      expect(await query(connection, 'show listen_addresses')).toEqual([''])
      const rules = `select distinct auth_method from pg_hba_file_rules`
      expect(await query(connection, rules)).toEqual(['scram-sha-256'])
    },
  )

  it.runIf(isLinux)('hands none of our secrets on, and keeps Ctrl-C away', async () => {
    await using companion = spawnNode(mainScript, [dataDir], { env: { DISCORD_TOKEN: 'a canary' } })
    const [, pid = ''] = await companion.waitForLine(/^ready .*"pid":(\d+)/, 20_000)
    expect(await readFile(`/proc/${pid}/environ`, 'utf8')).not.toContain('canary')
    const [, , , session] = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? []
    expect(session).toBe(pid)
  })
})

describe('the binaries', () => {
  it('says to set DATABASE_URL where there are none', async () => {
    const failure = await findBinaries(folder, { platform: 'linux', arch: 'riscv64' }).catch((error) => error)
    expect(failure).toBeInstanceOf(EmbeddedPostgresUnavailableError)
    expect(failure.message).toMatch(/linux-riscv64.*DATABASE_URL/s)
  })

  it('links the libraries that npm left without their short names, outside of node_modules', async () => {
    const home = join(folder, 'package/native')
    const links = join(folder, 'links')
    await mkdir(join(home, 'lib'), { recursive: true })
    await writeFile(join(home, 'lib/libpq.so.5.18'), '')
    const listed = ['libpq.so', 'libpq.so.5'].map((name) => ({
      source: 'native/lib/libpq.so.5.18',
      target: `native/lib/${name}`,
    }))
    await writeFile(join(home, 'pg-symlinks.json'), JSON.stringify(listed))
    expect(await linkLibraries(home, links)).toBe(links)
    expect(await linkLibraries(home, links)).toBe(links)
    expect(await readlink(join(links, 'libpq.so.5'))).toBe(join(home, 'lib/libpq.so.5.18'))
    for (const name of ['libpq.so', 'libpq.so.5']) await symlink('libpq.so.5.18', join(home, 'lib', name))
    expect(await linkLibraries(home, links)).toBeUndefined()
  })
})

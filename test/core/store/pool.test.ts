import { once } from 'node:events'
import { createServer, connect as dial, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drizzle, sql } from '#core/store/drizzle.ts'
import { DatabaseSilentError, DatabaseUnreachableError } from '#core/store/errors.ts'
import { Pool } from '#core/store/pool.ts'
import { openStore } from '#core/store/store.ts'
import { acceptTurn, finishTurn, getTurn } from '#core/store/turns.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '#test/support/eventually.ts'
import {
  createTestDatabase,
  startTestPostgres,
  type TestDatabase,
  type TestPostgres,
} from '#test/support/postgres.ts'
import { newSpeaker } from './speaker.ts'

const logger = createLogger({ level: 'silent' })
const closing = new AsyncDisposableStack()
let server: TestPostgres
let database: TestDatabase

beforeAll(async () => {
  server = closing.use(await startTestPostgres())
  database = closing.use(await createTestDatabase(server))
})
afterAll(() => closing.disposeAsync())

async function killPostgres(): Promise<void> {
  const { pid } = server
  process.kill(pid, 'SIGKILL')
  await eventually(() => server.pid !== pid)
}

describe('when PostgreSQL is killed', () => {
  it('works again, and what begins while it is away waits', async () => {
    const { db } = database
    await db.execute(sql`select 1`)
    const killed = killPostgres()
    const request = newSpeaker().says('hello')
    await eventually(() => acceptTurn(db, request))
    await killed
    await finishTurn(db, { turnId: request.turnId, attempt: 2, status: 'complete', text: 'hi' })
    expect(await getTurn(db, request.turnId)).toMatchObject({ text: 'hello' })
  })

  it('fails a transaction under way without harm to the process', async () => {
    const { db } = database
    const interrupted = db.transaction(async (tx) => {
      await tx.execute(sql`select 1`)
      await killPostgres()
      await tx.execute(sql`select 1`)
    })
    await expect(interrupted).rejects.toThrow()
    await eventually(() => db.execute(sql`select 1`))
  })

  it('loses no place in the pool, however often that happens', async () => {
    await using pool = openPool(database.databaseUrl)
    for (let round = 0; round < 5; round++) {
      await pool.db.execute(sql`select 1`)
      const killed = killPostgres()
      await pool.db.transaction((tx) => tx.execute(sql`select 1`)).catch(() => undefined)
      await killed
    }
    await eventually(() => pool.db.transaction((tx) => tx.execute(sql`select 1`)))
  })

  it('answers each of 150 turns once although it is killed 3 times meanwhile', async () => {
    const { db } = database
    const repeat = <Result>(work: () => Promise<Result>) => eventually(async () => ({ result: await work() }))
    const requests = Array.from({ length: 150 }, (_, index) => newSpeaker().says(`question ${index}`))
    let answered = 0
    const answering = requests.map(async (request) => {
      for (;;) {
        const { result: accepted } = await repeat(() => acceptTurn(db, request))
        if (accepted.kind !== 'run') return accepted.kind
        const { turnId, text } = request
        const end = { turnId, attempt: accepted.attempt, status: 'complete', text: `re: ${text}` } as const
        const { result: isStored } = await repeat(() => finishTurn(db, end))
        if (isStored) answered++
        if (isStored) return 'stored'
      }
    })
    for (let kills = 1; kills <= 3; kills++) {
      await eventually(() => answered >= kills * 30, { withinMs: 20_000 })
      await killPostgres()
    }
    expect(new Set(await Promise.all(answering))).toEqual(new Set(['stored']))
    for (const { turnId, text } of requests)
      expect(await getTurn(db, turnId)).toMatchObject({ status: 'complete', reply: `re: ${text}` })
  })
})

describe('limits', () => {
  it('ends a statement that takes too long, and goes on with the connection', async () => {
    await using pool = openPool(database.databaseUrl, { statementTimeoutMs: 150, silenceTimeoutMs: 5_000 })
    await expect(pool.db.execute(sql`select pg_sleep(10)`)).rejects.toThrow('statement timeout')
    expect((await pool.db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }])
  })

  it('gives up a connection that went silent, and opens another', async () => {
    await using line = await Line.to(database.databaseUrl)
    await using pool = openPool(line.url, { statementTimeoutMs: 5_000, silenceTimeoutMs: 300 })
    await pool.db.execute(sql`select 1`)
    line.isDead = true
    const lost = pool.db.transaction((tx) => tx.execute(sql`select 2`))
    await expect(lost).rejects.toThrow(DatabaseSilentError)
    line.isDead = false
    expect((await pool.db.execute(sql`select 3 as three`)).rows).toEqual([{ three: 3 }])
  })

  it('serves 60 at once over two connections', async () => {
    await using pool = openPool(database.databaseUrl)
    const sums = Array.from({ length: 60 }, async (_, index) => {
      const { rows } = await pool.db.transaction((tx) => tx.execute(sql`select ${index}::int as number`))
      return rows[0]?.number
    })
    expect(await Promise.all(sums)).toEqual(Array.from({ length: 60 }, (_, index) => index))
    expect(pool.totalCount).toBeLessThanOrEqual(2)
  })
})

describe('errors', () => {
  it('never quote what people said', async () => {
    const { db } = database
    const lines: string[] = []
    const log = createLogger({ level: 'debug', write: (line) => lines.push(line) })
    const request = newSpeaker().says('a secret', { messageId: 'an id with \0' })
    const failure = await acceptTurn(db, request).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: '22021' })
    log.error('a turn failed', { error: failure })
    const other = newSpeaker()
    await acceptTurn(db, other.says('first secret', { turnId: 'taken' }))
    const clash = await acceptTurn(db, other.says('second secret', { turnId: 'taken' })).catch(
      (error: unknown) => error,
    )
    expect(clash).toMatchObject({ code: '23505' })
    log.error('a turn failed', { error: clash })
    expect(lines).toHaveLength(2)
    expect(lines.join()).not.toContain('secret')
  })

  it('name the address but not the password when the password is wrong, at once', async () => {
    const url = new URL(database.databaseUrl)
    url.password = 'a-wrong-secret'
    const failure = await openStore({ databaseUrl: url.href, dataDir: tmpdir(), logger }).catch(
      (error) => error,
    )
    expect(failure).toBeInstanceOf(DatabaseUnreachableError)
    expect(failure.message).toMatch(/localhost\/test_\w+.*password authentication failed.*DATABASE_URL/s)
    expect(JSON.stringify([failure, failure.message])).not.toContain('a-wrong-secret')
  })
})

describe('opening', () => {
  it('waits for a database that comes up later', async () => {
    await using line = await Line.to(database.databaseUrl)
    await line.close()
    const opening = openStore({ databaseUrl: line.url, dataDir: tmpdir(), logger })
    await expect(dialed(line.port)).rejects.toThrow('ECONNREFUSED')
    await line.open()
    await using store = await opening
    expect((await store.db.execute(sql`select 1 as one`)).rows).toEqual([{ one: 1 }])
  })

  it('stops waiting when the signal aborts', async () => {
    await using line = await Line.to(database.databaseUrl)
    await line.close()
    const { signal, abort } = abortable()
    const opening = openStore({ databaseUrl: line.url, dataDir: tmpdir(), logger, signal })
    abort(new Error('never mind'))
    await expect(opening).rejects.toThrow('never mind')
  })
})

function abortable() {
  const controller = new AbortController()
  return { signal: controller.signal, abort: (reason: Error) => controller.abort(reason) }
}

function openPool(databaseUrl: string, limits?: { statementTimeoutMs: number; silenceTimeoutMs: number }) {
  const pool = new Pool({ connectionString: databaseUrl }, { size: 2, logger, ...(limits ? { limits } : {}) })
  return {
    db: drizzle({ client: pool }),
    get totalCount() {
      return pool.totalCount
    },
    [Symbol.asyncDispose]: () => pool.end(),
  }
}

async function dialed(port: number): Promise<void> {
  const socket = dial(port, '127.0.0.1')
  await once(socket, 'connect').finally(() => socket.destroy())
}

/** A TCP line to the database's Unix socket that can go dead without a word. */
class Line implements AsyncDisposable {
  isDead = false
  port = 0
  readonly #target: URL
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((near) => this.#join(near))

  static async to(databaseUrl: string): Promise<Line> {
    const line = new Line(databaseUrl)
    await line.open()
    return line
  }

  private constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl)
  }

  get url(): string {
    const url = new URL(this.#target)
    url.search = ''
    url.hostname = '127.0.0.1'
    url.port = `${this.port}`
    return url.href
  }

  async open(): Promise<void> {
    this.#server.listen(this.port, '127.0.0.1')
    await once(this.#server, 'listening')
    const address = this.#server.address()
    if (address !== null && typeof address !== 'string') this.port = address.port
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#server.listening) await this.close()
  }

  #join(near: Socket): void {
    const { searchParams } = this.#target
    const far = dial(`${searchParams.get('host')}/.s.PGSQL.${searchParams.get('port')}`)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      // A line is dead for those who were on it; new ones find it alive.
      from.on('data', (bytes) => this.isDead || to.write(bytes))
    }
  }
}

import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Database } from '#core/store/database.ts'
import {
  createTestDatabase,
  findSystemPostgres,
  startSystemPostgres,
  startTestPostgres,
  type TestPostgres,
} from '#test/support/postgres.ts'

export interface PostgresUnderTest {
  readonly server: TestPostgres
  /** A migrated database for the whole suite: its tests keep apart by using people of their own. */
  readonly db: Database
  readonly databaseUrl: string
}

const systemBinaries = await findSystemPostgres()
const isRequired = process.env.REQUIRE_SERVICES === '1'

/** Runs a suite on the embedded PostgreSQL and on the system's, which is usually an older one. */
export function describeOnEachPostgres(
  name: string,
  suite: (postgres: () => PostgresUnderTest) => void,
): void {
  describe(`${name}, embedded PostgreSQL`, () => runSuite(startTestPostgres, suite))
  if (systemBinaries !== undefined) {
    describe(`${name}, the system's PostgreSQL`, () =>
      runSuite(() => startSystemPostgres(systemBinaries), suite))
    return
  }
  const absence = `${name}, the system's PostgreSQL: it is not installed (Debian: apt-get install postgresql)`
  if (isRequired) it(absence, () => Promise.reject(new Error('REQUIRE_SERVICES=1 asks for it')))
  else it.skip(absence)
}

function runSuite(
  start: () => Promise<TestPostgres>,
  suite: (postgres: () => PostgresUnderTest) => void,
): void {
  const closing = new AsyncDisposableStack()
  let running: PostgresUnderTest | undefined
  beforeAll(async () => {
    const server = closing.use(await start())
    const { db, databaseUrl } = closing.use(await createTestDatabase(server))
    running = { server, db, databaseUrl }
  })
  afterAll(() => closing.disposeAsync())
  suite(() => {
    if (running === undefined) throw new Error('PostgreSQL did not start')
    return running
  })
}

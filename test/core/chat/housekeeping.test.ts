import { afterAll, beforeAll, expect, test } from 'vitest'
import { keepHouse } from '#core/chat/housekeeping.ts'
import { sql } from '#core/store/drizzle.ts'
import { amendMessage } from '#core/store/turns.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { eventually } from '#test/support/eventually.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

const author = { platform: 'discord', platformUserId: '1' } as const
const logger = createLogger({ level: 'silent' })

async function marks(): Promise<number> {
  const { rows } = await database.db.execute<{ count: string }>(sql`select count(*) from message_marks`)
  return Number(rows[0]?.count)
}

test('erases after a day what waited in vain, and nothing younger, until it is told to stop', async () => {
  await amendMessage(database.db, author, 'old', 'words')
  await database.db.execute(sql`update message_marks set created_at = now() - interval '25 hours'`)
  await amendMessage(database.db, author, 'young', 'words')
  const stop = new AbortController()
  const keeping = keepHouse(database.db, { signal: stop.signal, logger, everyMs: 5 })
  await eventually(async () => (await marks()) === 1)
  stop.abort()
  await keeping
  expect(await marks()).toBe(1)
})

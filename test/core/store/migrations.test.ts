import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, it } from 'vitest'
import { openStore } from '#core/store/store.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { createEmptyDatabase } from '#test/support/postgres.ts'
import { describeOnEachPostgres } from './on-each-postgres.ts'

const logger = createLogger({ level: 'silent' })
const open = (databaseUrl: string) => openStore({ databaseUrl, dataDir: tmpdir(), logger, poolSize: 2 })

async function queryAt(databaseUrl: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat()
  } finally {
    await client.end()
  }
}

const applied = 'select count(*)::int from drizzle.__drizzle_migrations'

async function countWritten(): Promise<number> {
  const journal = await readFile(join(import.meta.dirname, '../../../drizzle/meta/_journal.json'), 'utf8')
  return JSON.parse(journal).entries.length
}

describeOnEachPostgres('migrations', (postgres) => {
  it('are applied once when eight processes start at once on an empty database', async () => {
    const url = await createEmptyDatabase(postgres().server)
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)))
    await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()))
    expect(await queryAt(url, applied)).toEqual([await countWritten()])
  })

  it('are left alone by the next start, with all rows', async () => {
    const url = await createEmptyDatabase(postgres().server)
    await (await open(url))[Symbol.asyncDispose]()
    await queryAt(url, `insert into settings (scope, key, value) values ('app', 'kept', '1')`)
    await (await open(url))[Symbol.asyncDispose]()
    expect(await queryAt(url, applied)).toEqual([await countWritten()])
    expect(await queryAt(url, 'select key from settings')).toEqual(['kept'])
  })

  it('leave nothing half done when one is interrupted', async () => {
    const url = await createEmptyDatabase(postgres().server)
    // The last table of the first migration is in the way, so that it fails near its end.
    await queryAt(url, 'create table turns (other int)')
    await expect(open(url)).rejects.toThrow('already exists')
    expect(
      await queryAt(url, `select table_name from information_schema.tables where table_schema = 'public'`),
    ).toEqual(['turns'])
    await queryAt(url, 'drop table turns')
    await (await open(url))[Symbol.asyncDispose]()
    expect(await queryAt(url, applied)).toEqual([await countWritten()])
  })
})

it('are written for every change of the schema', async () => {
  const { generateDrizzleJson, generateMigration } = await import('drizzle-kit/api')
  const schema = {
    ...(await import('#core/store/schema.ts')),
    ...(await import('#core/store/sign-in-schema.ts')),
  }
  const journal = JSON.parse(await readFile('drizzle/meta/_journal.json', 'utf8'))
  const newest = `${journal.entries.at(-1).idx}`.padStart(4, '0')
  const snapshot = JSON.parse(await readFile(`drizzle/meta/${newest}_snapshot.json`, 'utf8'))
  expect(await generateMigration(snapshot, generateDrizzleJson(schema))).toEqual([])
})

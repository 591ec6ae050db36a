import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureWebIdentity, personOfAccount } from '#core/store/accounts.ts'
import { sql } from '#core/store/drizzle.ts'
import { mergePersons, previewMerge } from '#core/store/merge-persons.ts'
import { createTestDatabase, type TestDatabase } from '#test/support/postgres.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => await database[Symbol.asyncDispose]())

/** What mergePersons moves, or what goes with the person on purpose. */
const known = [
  'forgettings',
  'identities',
  'merges',
  'overlays',
  'security_events',
  'sessions',
  'sign_in_flows',
]

test('every table that points at a person is one that merging knows', async () => {
  const { rows } = await database.db.execute(sql`select distinct c.conrelid::regclass::text as name
    from pg_constraint c where c.contype = 'f' and c.confrelid = 'people'::regclass order by 1`)
  expect(rows.map(({ name }) => name)).toEqual(known)
})

async function person(id: string) {
  return await personOfAccount(database.db, {
    platform: 'discord',
    platformUserId: id,
    displayName: `Name ${id}`,
  })
}

test('merging moves conversations of our pages, also where both have one of that name', async () => {
  const { db } = database
  const [into, from] = [await person('1'), await person('2')]
  for (const [index, owner] of [into, from].entries()) {
    await db.execute(sql`insert into conversations (id, platform, place_id, kind)
      values (gen_random_uuid(), 'web', ${`${owner}/home`}, 'web')`)
    await db.execute(sql`insert into turns (id, conversation_id, platform, platform_user_id, message_id, keeps_history, text)
      select ${`turn-${index}`}, id, 'web', ${owner}, 'same-key', true, 'hello' from conversations where place_id = ${`${owner}/home`}`)
  }
  await db.execute(sql`insert into overlays (id, owner_id, name, stage, token_hash, settings)
    values ('o', ${from}, 'n', ${`web-${from}`}, 'h', '{}')`)
  expect(await previewMerge(db, from)).toMatchObject({ turns: 1, overlays: 1 })
  expect(await mergePersons(db, { into, from })).toEqual([])
  const { rows } = await db.execute(sql`select
    (select count(*)::int from people where id = ${from}) as gone,
    (select count(*)::int from conversations where place_id like ${`${into}/%`}) as talks,
    (select count(*)::int from turns t join identities i using (platform, platform_user_id) where i.person_id = ${into}) as turns,
    (select count(*)::int from overlays where owner_id = ${into} and stage = ${`web-${into}`}) as overlays`)
  expect(rows).toEqual([{ gone: 0, talks: 2, turns: 2, overlays: 1 }])
  const { rows: places } = await db.execute(sql`select place_id from conversations`)
  for (const { place_id } of places) expect(String(place_id).split('/')[1]).toMatch(/^[a-z0-9-]{1,36}$/)
})

test('two merges at once, also in a circle, end with one person or none lost', async () => {
  const { db } = database
  const [a, b] = [await person('3'), await person('4')]
  await ensureWebIdentity(db, a, '')
  const results = await Promise.all([
    mergePersons(db, { into: a, from: b }),
    mergePersons(db, { into: b, from: a }),
    mergePersons(db, { into: a, from: a }),
  ])
  expect(results.filter((ended) => ended !== undefined)).toHaveLength(1)
  const { rows } = await db.execute(
    sql`select count(distinct person_id)::int as count from identities where platform_user_id in ('3', '4')`,
  )
  expect(rows).toEqual([{ count: 1 }])
})

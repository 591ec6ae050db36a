import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { Database } from '#core/store/database.ts'
import { deletePerson } from '#core/store/delete-person.ts'
import { dropOldDeletions } from '#core/store/deleted-accounts.ts'
import { sql } from '#core/store/drizzle.ts'
import { exportPerson } from '#core/store/export-person.ts'
import type { OverlayId, PersonId } from '#core/store/ids.ts'
import { addOverlay, overlaysOf } from '#core/store/overlays.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { acceptTurn } from '#core/store/turns.ts'
import { answer } from './answering.ts'
import { describeOnEachPostgres } from './on-each-postgres.ts'
import { type SeededPerson, seedPerson } from './seeded-person.ts'
import { newSpeaker } from './speaker.ts'
import { findWords } from './stored-words.ts'

/** Tables whose rows are never about a person. */
const impersonal: readonly string[] = []

const idsOf = ({ personId, discord }: SeededPerson) => [personId, discord.author.platformUserId]

describeOnEachPostgres('all that is kept of a person', (postgres) => {
  it('is in every table of this test, so that a new one cannot be forgotten here', async () => {
    const { db } = postgres()
    const seeded = await seedPerson(db)
    const traces = [...idsOf(seeded), ...seeded.words, ...seeded.secrets]
    const found = new Set((await Promise.all(traces.map((trace) => findWords(db, trace)))).flat())
    const tables = (await tablesOf(db)).filter((table) => !impersonal.includes(table))
    expect(tables.filter((table) => ![...found].some((place) => place.startsWith(`${table}.`)))).toEqual([])
  })

  it('is exported whole, but for secrets and what others said', async () => {
    const { db } = postgres()
    const [ada, bea] = [await seedPerson(db), await seedPerson(db)]
    const json = JSON.stringify(await exportPerson(db, ada.personId, ada.personId))
    for (const word of ada.words) expect(json).toContain(word)
    for (const word of [...bea.words, ...bea.secrets, ...ada.secrets]) expect(json).not.toContain(word)
  })

  it('leaves out the notes on a talk in which others said something, too', async () => {
    const { db } = postgres()
    const ada = await seedPerson(db)
    const bea = newSpeaker({ place: ada.discord.place })
    await answer(db, bea.says('I am here as well'), 'Hello')
    expect((await exportPerson(db, ada.personId, ada.personId)).summaries).toEqual([])
  })

  it('is gone from every column of every table when the person is deleted', async () => {
    const { db } = postgres()
    const [ada, bea] = [await seedPerson(db), await seedPerson(db)]
    const before = await countWords(db, bea)
    const deleted = await deletePerson(db, ada.personId, ada.personId)
    expect(deleted).toMatchObject({ turns: 3, overlays: 1 })
    expect(deleted.files).toContain(ada.avatar)
    expect(deleted.accounts.map(({ platform }) => platform).toSorted()).toEqual(['discord', 'web'])
    for (const trace of [...idsOf(ada), ...ada.words, ...ada.secrets, ada.overlayId, ada.avatar])
      expect(await findWords(db, trace)).toEqual([])
    expect(await countWords(db, bea)).toBe(before)
  })

  it('keeps a conversation for the others who took part, without notes on it', async () => {
    const { db } = postgres()
    const ada = await seedPerson(db)
    const bea = newSpeaker({ place: ada.discord.place })
    await answer(db, bea.says('hers'), 'b')
    await deletePerson(db, ada.personId, ada.personId)
    expect(await findWords(db, ada.discord.place.id)).toContain('conversations.place_id')
    expect(await findWords(db, bea.author.platformUserId)).toContain('turns.platform_user_id')
  })

  it('does not come back with what waits in a queue from before, only with what is written later', async () => {
    const { db } = postgres()
    const ada = await seedPerson(db)
    const queued = ada.discord.says('from before', { at: Date.now() - 1_000 })
    await deletePerson(db, ada.personId, ada.personId)
    expect(await acceptTurn(db, queued)).toEqual({ kind: 'retracted' })
    expect(await findWords(db, ada.discord.author.platformUserId)).toEqual([])
    const later = ada.discord.says('anew', { at: Date.now() + 1_000 })
    expect(await acceptTurn(db, later)).toMatchObject({ kind: 'run' })
  })

  it('is remembered as deleted for a day, by a fingerprint', async () => {
    const { db } = postgres()
    const ada = await seedPerson(db)
    const queued = ada.discord.says('from before', { at: Date.now() - 1_000 })
    await deletePerson(db, ada.personId, ada.personId)
    await dropOldDeletions(db, Date.now() + 23 * 3_600_000)
    expect(await acceptTurn(db, queued)).toEqual({ kind: 'retracted' })
    await dropOldDeletions(db, Date.now() + 25 * 3_600_000)
    expect(await findWords(db, 'deleted-accounts')).toEqual([])
  })

  it('loses no race against requests that come in', async () => {
    const { db } = postgres()
    const ada = await seedPerson(db)
    const at = Date.now() - 1_000
    const accept = () =>
      acceptTurn(db, ada.discord.says(`race ${randomUUID()}`, { at })).catch(() => undefined)
    await Promise.all([
      ...Array.from({ length: 12 }, accept),
      deletePerson(db, ada.personId, ada.personId),
      ...Array.from({ length: 12 }, accept),
    ])
    expect(await findWords(db, ada.discord.author.platformUserId)).toEqual([])
  })

  it('takes the overlays of the local owner along, who owns what has no owner', async () => {
    const { db } = postgres()
    const owner = { platform: 'web', platformUserId: 'owner', displayName: '' } as const
    const { personId } = await ensureAuthor(db, owner)
    const overlay = { id: randomUUID() as OverlayId, ownerId: null, name: 'Main', stage: 'web-owner' }
    await addOverlay(db, { ...overlay, tokenHash: '', settings: {} })
    expect((await exportPerson(db, personId, null)).overlays).toMatchObject([{ name: 'Main' }])
    expect(await deletePerson(db, personId, null)).toMatchObject({ overlays: 1 })
    expect(await overlaysOf(db, null)).toEqual([])
  })

  it('of somebody who is not there is nothing', async () => {
    const nobody = randomUUID() as PersonId
    expect(await deletePerson(postgres().db, nobody, nobody)).toMatchObject({ accounts: [], turns: 0 })
  })
})

async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await db.execute<{ name: string }>(sql`
    select table_name as name from information_schema.tables where table_schema = 'public'`)
  return rows.map(({ name }) => name).filter((name) => !name.startsWith('__'))
}

async function countWords(db: Database, { words, secrets }: SeededPerson): Promise<number> {
  return (await Promise.all([...words, ...secrets].map((word) => findWords(db, word)))).flat().length
}

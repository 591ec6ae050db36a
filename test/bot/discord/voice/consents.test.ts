import { expect, it } from 'vitest'
import { Consents } from '#bot/discord/voice/consents.ts'
import { ensureAuthor, setPersonPreferences } from '#core/store/people.ts'
import { createLogger } from '#core/telemetry/logger.ts'
import { createTestDatabase } from '#test/support/postgres.ts'

const logger = createLogger({ level: 'silent' })

it('hears nobody before it knows what they chose, and then as they chose', async () => {
  await using database = await createTestDatabase()
  const consents = new Consents(database.db, logger)
  expect(consents.of('7')).toEqual({ isHeard: false, allowsTranscripts: false })
  expect(await consents.refresh('7')).toBe(true)
  expect(consents.of('7')).toEqual({ isHeard: true, allowsTranscripts: false })
  const author = { platform: 'discord', platformUserId: '7', displayName: 'Anna' } as const
  const { personId } = await ensureAuthor(database.db, author)
  await setPersonPreferences(database.db, personId, { isHeard: false })
  expect(await consents.refresh('7')).toBe(true)
  expect(consents.of('7').isHeard).toBe(false)
  expect(await consents.refresh('7')).toBe(false)
})

it('keeps to the last known choice while the database is away, and to silence without one', async () => {
  const database = await createTestDatabase()
  const consents = new Consents(database.db, logger)
  await consents.refresh('7')
  await database[Symbol.asyncDispose]()
  expect(await consents.refresh('7')).toBe(false)
  expect(consents.of('7').isHeard).toBe(true)
  expect(await consents.refresh('8')).toBe(false)
  expect(consents.of('8').isHeard).toBe(false)
})

import { createHash } from 'node:crypto'
import { type REST, Routes } from 'discord.js'
import type { Database } from '#core/store/database.ts'
import { getSetting, setSetting } from '#core/store/settings.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { commands } from './commands/all.ts'
import { attempt } from './rest/faults.ts'

export interface RegistrationOptions {
  readonly rest: REST
  readonly db: Database
  readonly logger: Logger
  readonly applicationId: string
}

/**
 * Tells Discord our commands, if they are not the ones it was told last. Discord allows 200 new ones a day, and every
 * change makes clients fetch them again.
 */
export async function registerCommands({
  rest,
  db,
  logger,
  applicationId,
}: RegistrationOptions): Promise<void> {
  const definitions = [...commands.values()].map(({ definition }) => definition)
  const hash = hashOf(definitions)
  const key = `discord.commands.${applicationId}`
  if ((await getSetting(db, 'app', key)) === hash) return
  await attempt(() => rest.put(Routes.applicationCommands(applicationId), { body: definitions }))
  await setSetting(db, 'app', key, hash)
  logger.info('the commands were registered', { commands: definitions.length })
}

export function hashOf(definitions: readonly object[]): string {
  return createHash('sha256').update(JSON.stringify(definitions)).digest('hex')
}

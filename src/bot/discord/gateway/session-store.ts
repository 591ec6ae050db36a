import { createHash } from 'node:crypto'
import type { Database } from '#core/store/database.ts'
import { getSetting, setSetting } from '#core/store/settings.ts'
import type { SessionStore } from './sessions.ts'

/** Sessions in the settings, apart for each bot account. */
export function openSessionStore(db: Database, token: string): SessionStore {
  const account = createHash('sha256').update(token).digest('hex').slice(0, 16)
  const keyOf = (shardId: number) => `discord.session.${account}.${shardId}`
  return {
    load: (shardId) => getSetting(db, 'app', keyOf(shardId)),
    save: (shardId, value) => setSetting(db, 'app', keyOf(shardId), value),
  }
}

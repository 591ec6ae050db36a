import { z } from 'zod'
import { guildScope } from '#core/chat/place-settings.ts'
import { isQuietAt, QuietHours } from '#core/chat/quiet-hours.ts'
import type { Place } from '#core/protocol/chat.ts'
import type { Database } from '#core/store/database.ts'
import { deleteSetting, listSettings, setSetting } from '#core/store/settings.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { RecentMap } from './recent-map.ts'
import { Snowflake } from './snowflake.ts'
import { within } from './within.ts'

const ruleSchemas = { quietHours: QuietHours, allowedChannels: z.array(Snowflake).max(100) } as const

/** What administrators decide about a guild; undefined means no limit. */
export interface Rules {
  readonly quietHours: QuietHours | undefined
  readonly allowedChannels: readonly string[] | undefined
}

const noRules: Rules = { quietHours: undefined, allowedChannels: undefined }
/** A question waits no longer for a database that hangs; it could not be answered anyway. */
const deadlineMs = 2_000

export class GuildRules {
  readonly #db: Database
  readonly #logger: Logger
  readonly #lastKnown = new RecentMap<string, Rules>(1_000)

  constructor(db: Database, logger: Logger) {
    this.#db = db
    this.#logger = logger
  }

  /** The rules of a guild; the last known ones while the database is away. */
  async read(guildId: string): Promise<Rules> {
    try {
      const rules = await within(deadlineMs, 'reading settings', this.#load(guildId))
      this.#lastKnown.set(guildId, rules)
      return rules
    } catch (error) {
      this.#logger.warn('the settings of a guild could not be read', { guildId, error })
      return this.#lastKnown.get(guildId) ?? noRules
    }
  }

  async set<Name extends keyof Rules>(guildId: string, name: Name, value: Rules[Name]): Promise<void> {
    const scope = guildScope('discord', guildId)
    if (value === undefined) await deleteSetting(this.#db, scope, name)
    else await setSetting(this.#db, scope, name, value)
  }

  async #load(guildId: string): Promise<Rules> {
    const stored = await listSettings(this.#db, guildScope('discord', guildId))
    return {
      quietHours: ruleSchemas.quietHours.safeParse(stored.quietHours).data,
      allowedChannels: ruleSchemas.allowedChannels.safeParse(stored.allowedChannels).data,
    }
  }
}

/** Whether we talk at a place now. A thread counts as its channel. */
export function welcomeAt({ allowedChannels = [], quietHours }: Rules, { id, parentId }: Place) {
  const isListed = allowedChannels.some((allowed) => allowed === id || allowed === parentId)
  if (allowedChannels.length > 0 && !isListed) return 'elsewhere'
  return quietHours && isQuietAt(quietHours, new Date()) ? 'quiet' : 'welcome'
}

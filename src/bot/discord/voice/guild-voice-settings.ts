import { z } from 'zod'
import { guildScope } from '#core/chat/place-settings.ts'
import type { Database } from '#core/store/database.ts'
import { getSetting, setSetting } from '#core/store/settings.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { RecentMap } from '../recent-map.ts'
import { Snowflake } from '../snowflake.ts'
import { within } from '../within.ts'

export const maxAutoJoinChannels = 25

/** What administrators decide about calls on their server: the setting `voice` in the guild's scope. */
export const GuildVoiceSettings = z.object({
  /** The synthesiser's name for a voice; the persona's own without. */
  voice: z.string().trim().min(1).max(100).exactOptional(),
  /** What is spoken there; guessed without. */
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .exactOptional(),
  /** Channels that we join when the first person does. */
  autoJoinChannels: z.array(Snowflake).max(maxAutoJoinChannels).default([]),
  staysWhenAlone: z.boolean().default(false),
})
export type GuildVoiceSettings = z.infer<typeof GuildVoiceSettings>

const deadlineMs = 2_000
const settingKey = 'voice'
const defaultGuildVoiceSettings: GuildVoiceSettings = GuildVoiceSettings.parse({})

/** Reads and changes them; while the database is away the last known ones hold. */
export class VoiceSettingsOfGuilds {
  readonly #db: Database
  readonly #logger: Logger
  readonly #lastKnown = new RecentMap<string, GuildVoiceSettings>(1_000)

  constructor(db: Database, logger: Logger) {
    this.#db = db
    this.#logger = logger
  }

  async read(guildId: string): Promise<GuildVoiceSettings> {
    try {
      const stored = await within(deadlineMs, 'reading voice settings', this.#load(guildId))
      this.#lastKnown.set(guildId, stored)
      return stored
    } catch (error) {
      this.#logger.warn('the voice settings of a guild could not be read', { guildId, error })
      return this.#lastKnown.get(guildId) ?? defaultGuildVoiceSettings
    }
  }

  /** Changes what is given and keeps the rest; `undefined` takes a value back. */
  async change(
    guildId: string,
    patch: { readonly [Name in keyof GuildVoiceSettings]?: GuildVoiceSettings[Name] | undefined },
  ): Promise<GuildVoiceSettings> {
    const merged = { ...(await this.#load(guildId)), ...patch }
    const given = Object.entries(merged).filter(([, value]) => value !== undefined)
    const settings = GuildVoiceSettings.parse(Object.fromEntries(given))
    await setSetting(this.#db, guildScope('discord', guildId), settingKey, settings)
    this.#lastKnown.set(guildId, settings)
    return settings
  }

  async #load(guildId: string): Promise<GuildVoiceSettings> {
    const stored = await getSetting(this.#db, guildScope('discord', guildId), settingKey)
    return GuildVoiceSettings.safeParse(stored).data ?? defaultGuildVoiceSettings
  }
}

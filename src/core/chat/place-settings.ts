import { z } from 'zod'
import type { Place, Platform } from '#core/protocol/chat.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import { overridePersona, type Persona, PersonalWishes, PersonaOverride } from './persona.ts'

/**
 * What administrators set for a place, and people for themselves, by scope and key. `persona` holds a PersonaOverride in
 * the scopes of a guild or channel, PersonalWishes in a person's.
 */

/** The setting `blockedWords`: words that never leave the companion's mouth there. */
const BlockedWords = z.array(z.string().trim().min(1).max(80)).max(500)

export type ReadSetting = (scope: string, key: string) => Promise<unknown>

export interface PlaceOfTurn {
  readonly platform: Platform
  readonly place: Place
  readonly personId?: string | undefined
}

export interface ResolvedPersona {
  readonly persona: Persona
  readonly wishes: PersonalWishes
}

export const guildScope = (platform: Platform, guildId: string) => `${platform}:guild:${guildId}`
export const channelScope = (platform: Platform, channelId: string) => `${platform}:channel:${channelId}`
export const personScope = (personId: string) => `person:${personId}`

/** The scopes whose settings apply at a place, the least specific first: a thread's own come after its channel's. */
export function scopesOf(platform: Platform, { guildId, parentId, id }: Place): string[] {
  return [
    'app',
    ...(guildId === undefined ? [] : [guildScope(platform, guildId)]),
    ...(parentId === undefined ? [] : [channelScope(platform, parentId)]),
    channelScope(platform, id),
  ]
}

export interface SettingsReader {
  readonly readSetting: ReadSetting
  readonly logger: Logger
}

/** The persona as it answers at this place, and what the person wishes for themselves. */
export async function resolvePersona(
  base: Persona,
  { platform, place, personId }: PlaceOfTurn,
  reader: SettingsReader,
): Promise<ResolvedPersona> {
  const scopes = scopesOf(platform, place)
  const [overrides, wishes] = await Promise.all([
    Promise.all(scopes.map((scope) => readAs(PersonaOverride, scope, 'persona', reader))),
    personId === undefined ? undefined : readAs(PersonalWishes, personScope(personId), 'persona', reader),
  ])
  const given = overrides.filter((override) => override !== undefined)
  return { persona: overridePersona(base, given), wishes: wishes ?? {} }
}

/** The words blocked at a place: those of all its scopes together, so a channel cannot lift what its guild blocks. */
export async function blockedWordsAt(
  { platform, place }: PlaceOfTurn,
  reader: SettingsReader,
): Promise<readonly string[]> {
  const scopes = scopesOf(platform, place)
  const lists = scopes.map((scope) => readAs(BlockedWords, scope, 'blockedWords', reader))
  return (await Promise.all(lists)).flatMap((words) => words ?? [])
}

/** A value that another version or a hand wrote wrongly counts as not set; a turn never fails for it. */
async function readAs<Value>(
  schema: z.ZodType<Value>,
  scope: string,
  key: string,
  { readSetting, logger }: SettingsReader,
): Promise<Value | undefined> {
  const stored = await readSetting(scope, key)
  if (stored === undefined || stored === null) return undefined
  const parsed = schema.safeParse(stored)
  if (parsed.success) return parsed.data
  logger.warn('a stored setting is not usable and is left out', { scope, key })
  return undefined
}

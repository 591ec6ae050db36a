import type { Database } from './database.ts'
import { and, eq, sql } from './drizzle.ts'
import { settings } from './schema.ts'

/**
 * Settings by scope (`app`, `discord:guild:ID`, `discord:channel:ID`, `person:ID`) and key. Values are JSON; whoever reads
 * one checks it against its schema.
 */

export async function getSetting(db: Database, scope: string, key: string): Promise<unknown> {
  const [row] = await db.select({ value: settings.value }).from(settings).where(isSetting(scope, key))
  return row?.value
}

/** All settings of a scope, by key. */
export async function listSettings(db: Database, scope: string): Promise<Record<string, unknown>> {
  const rows = await db
    .select({ key: settings.key, value: settings.value })
    .from(settings)
    .where(eq(settings.scope, scope))
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}

/** All settings of this name, whatever their scope. */
export async function listSettingsNamed(
  db: Database,
  key: string,
): Promise<{ scope: string; value: unknown }[]> {
  return await db
    .select({ scope: settings.scope, value: settings.value })
    .from(settings)
    .where(eq(settings.key, key))
}

/** What is set for guilds, of any platform, by scope and key. */
export async function listGuildSettings(
  db: Database,
  { limit }: { readonly limit: number },
): Promise<{ scope: string; key: string; value: unknown }[]> {
  return await db
    .select({ scope: settings.scope, key: settings.key, value: settings.value })
    .from(settings)
    .where(sql`${settings.scope} like '%:guild:%'`)
    .orderBy(settings.scope, settings.key)
    .limit(limit)
}

/** Takes any JSON value but null: what is not set is deleted. */
export async function setSetting(
  db: Database,
  scope: string,
  key: string,
  value: NonNullable<unknown>,
): Promise<void> {
  await db
    .insert(settings)
    .values({ scope, key, value })
    .onConflictDoUpdate({ target: [settings.scope, settings.key], set: { value, updatedAt: sql`now()` } })
}

export async function deleteSetting(db: Database, scope: string, key: string): Promise<void> {
  await db.delete(settings).where(isSetting(scope, key))
}

function isSetting(scope: string, key: string) {
  return and(eq(settings.scope, scope), eq(settings.key, key))
}

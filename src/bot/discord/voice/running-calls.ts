import { z } from 'zod'
import { guildScope } from '#core/chat/place-settings.ts'
import type { Database } from '#core/store/database.ts'
import { deleteSetting, listSettingsNamed, setSetting } from '#core/store/settings.ts'
import { Snowflake } from '../snowflake.ts'

const key = 'voiceCall'

/** A call that runs, as the next process needs it to take it up again. */
const RunningCall = z.object({ guildId: Snowflake, channelId: Snowflake, textChannelId: Snowflake })
export type RunningCall = z.infer<typeof RunningCall>

export async function keepCall(db: Database, call: RunningCall): Promise<void> {
  await setSetting(db, guildScope('discord', call.guildId), key, call)
}

export async function forgetCall(db: Database, guildId: string): Promise<void> {
  await deleteSetting(db, guildScope('discord', guildId), key)
}

/** Calls that an earlier process was in when it ended. */
export async function listKeptCalls(db: Database): Promise<RunningCall[]> {
  const kept = await listSettingsNamed(db, key)
  return kept.flatMap(({ value }) => RunningCall.safeParse(value).data ?? [])
}

import { z } from 'zod'
import { PersonalWishes } from '#core/chat/persona.ts'
import { personScope } from '#core/chat/place-settings.ts'
import type { Database } from '#core/store/database.ts'
import type { PersonId } from '#core/store/ids.ts'
import { getPersonPreferences, type PersonPreferences, setPersonPreferences } from '#core/store/people.ts'
import { deleteSetting, listSettings, setSetting } from '#core/store/settings.ts'

/** What a person chose, wherever they chose it. */
export interface PersonalChoices {
  readonly preferences: PersonPreferences
  readonly wishes: PersonalWishes
  /** Reads answers aloud to this person instead of the persona's own. */
  readonly voice: string | undefined
}

const voiceKey = 'voice'
export const VoiceName = z.string().min(1).max(100)

export async function loadChoices(db: Database, personId: PersonId): Promise<PersonalChoices> {
  const [preferences, settings] = await Promise.all([
    getPersonPreferences(db, personId),
    listSettings(db, personScope(personId)),
  ])
  return {
    preferences,
    wishes: PersonalWishes.safeParse(settings.persona).data ?? {},
    voice: VoiceName.safeParse(settings[voiceKey]).data,
  }
}

/** The name and the language count for messages and for what the model is told of the person's wishes. */
export async function saveYou(
  db: Database,
  personId: PersonId,
  { name, language }: { readonly name: string; readonly language: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await setPersonPreferences(tx, personId, { displayName: name, locale: language })
    await saveWishes(tx, personId, { callMe: name, language })
  })
}

export async function saveCharacter(
  db: Database,
  personId: PersonId,
  { style, voice }: { readonly style: string; readonly voice: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    await saveWishes(tx, personId, { style })
    if (voice === '') await deleteSetting(tx, personScope(personId), voiceKey)
    else await setSetting(tx, personScope(personId), voiceKey, voice)
  })
}

/** An empty value takes a wish back; what is not given stays. */
async function saveWishes(
  tx: Database,
  personId: PersonId,
  change: Readonly<Record<string, string>>,
): Promise<void> {
  const { wishes } = await loadChoices(tx, personId)
  const all = Object.entries({ ...wishes, ...change }).filter(([, value]) => value !== '')
  const scope = personScope(personId)
  if (all.length === 0) await deleteSetting(tx, scope, 'persona')
  else await setSetting(tx, scope, 'persona', PersonalWishes.parse(Object.fromEntries(all)))
}

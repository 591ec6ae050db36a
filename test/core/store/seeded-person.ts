import { randomUUID } from 'node:crypto'
import { setSummary } from '#core/store/conversations.ts'
import type { Database } from '#core/store/database.ts'
import { forgetPerson } from '#core/store/forget.ts'
import type { OverlayId, PersonId } from '#core/store/ids.ts'
import { addOverlay, changeOverlay } from '#core/store/overlays.ts'
import { type Account, ensureAuthor, setPersonPreferences } from '#core/store/people.ts'
import { identities } from '#core/store/schema.ts'
import { setSetting } from '#core/store/settings.ts'
import { merges, providerTokens, securityEvents, sessions, signInFlows } from '#core/store/sign-in-schema.ts'
import { acceptTurn, amendMessage } from '#core/store/turns.ts'
import { answer } from './answering.ts'
import { newSpeaker, type Speaker } from './speaker.ts'

/** Somebody with rows in every table, each with words that are nowhere else. */
export interface SeededPerson {
  readonly personId: PersonId
  readonly discord: Speaker
  readonly web: Speaker
  /** What must be in an export of theirs. */
  readonly words: readonly string[]
  /** What nobody is ever shown, but must be gone, too. */
  readonly secrets: readonly string[]
  readonly overlayId: OverlayId
  readonly avatar: string
}

export async function seedPerson(db: Database): Promise<SeededPerson> {
  const words: string[] = []
  const word = (what: string) => {
    const made = `canary-${what}-${randomUUID()}`
    words.push(made)
    return made
  }
  const secrets = ['session', 'flow', 'browser', 'token', 'overlay'].map((what) => `${what}-${randomUUID()}`)
  const [sessionHash = '', stateHash = '', browserHash = '', sealed = '', overlayHash = ''] = secrets
  const discord = newSpeaker({ name: word('discord name') })
  const { personId } = await ensureAuthor(db, discord.author)
  const web = await addWebAccount(db, personId, word('web name'))
  await setPersonPreferences(db, personId, { displayName: word('chosen name'), locale: 'de' })
  await setSetting(db, `person:${personId}`, 'persona', { style: word('wish') })

  const first = discord.says(word('question'))
  const run = await answer(db, first, word('answer'))
  const summary = { text: word('summary'), throughTurnId: first.turnId, erasures: run.erasures }
  await setSummary(db, run.conversationId, summary)
  await answer(db, web.says(word('web question')), word('web answer'))
  await acceptTurn(db, web.says(word('running')))
  await forgetPerson(db, personId, { placeId: word('forgotten place') })
  await amendMessage(db, discord.author, 'to come', word('edit'))

  const overlayId = randomUUID() as OverlayId
  const overlay = { id: overlayId, ownerId: personId, name: word('overlay'), stage: word('stage') }
  const avatar = randomUUID()
  await addOverlay(db, { ...overlay, tokenHash: overlayHash, settings: { motion: word('motion') } })
  await changeOverlay(db, personId, overlayId, { avatar })

  const at = new Date()
  const session = {
    tokenHash: sessionHash,
    personId,
    provider: 'discord',
    device: word('device'),
    provedAt: at,
    createdAt: at,
    lastSeenAt: at,
    expiresAt: at,
  } as const
  const [made] = await db.insert(sessions).values(session).returning({ id: sessions.id })
  await db.insert(signInFlows).values({
    stateHash,
    browserHash,
    provider: 'discord',
    purpose: 'link',
    returnTo: word('return'),
    expiresAt: at,
    sessionId: made?.id ?? null,
  })
  const { platformUserId } = discord.author
  await db.insert(providerTokens).values({ platform: 'discord', platformUserId, keyId: word('key'), sealed })
  await db.insert(securityEvents).values({ type: 'signed in', personId, address: word('address') })
  const merge = { mergedPersonId: randomUUID() as PersonId, personId, turns: 1, overlays: 0 }
  await db.insert(merges).values({ ...merge, accounts: [word('merged account')] })
  return { personId, discord, web, words, secrets, overlayId, avatar }
}

/** On our own pages a person writes under their own id. */
async function addWebAccount(db: Database, personId: PersonId, displayName: string): Promise<Speaker> {
  const author: Account = { platform: 'web', platformUserId: personId, displayName }
  await db.insert(identities).values({ ...author, personId })
  const place = { kind: 'web', id: `${personId}/home` } as const
  const { says, ...speaker } = newSpeaker({ place })
  const own = { platform: 'web', platformUserId: personId, displayName } as const
  return { ...speaker, author: own, says: (text, more = {}) => says(text, { ...more, author: own }) }
}

import { listAccounts } from '#core/store/accounts.ts'
import type { PersonId } from '#core/store/ids.ts'
import {
  countMemory,
  type MemoryCount,
  type RememberedTalk,
  talksOfPerson,
} from '#core/store/memory-of-person.ts'
import { overlaysOf } from '#core/store/overlays.ts'
import { ensureAuthor } from '#core/store/people.ts'
import { isFresh } from '../login/fresh-proof.ts'
import type { IdentityPage } from '../login/identity-page.ts'
import { readTheme } from '../pages/theme.ts'
import { ownerOf } from '../stage/overlay-access.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext } from '../web-env.ts'
import { loadChoices, type PersonalChoices } from './personal-choices.ts'

export const shownTalks = 10

/** What the account page shows. */
export interface AccountView {
  /** The companion's name. */
  readonly name: string
  readonly choices: PersonalChoices
  /** Voices that this installation can speak with; empty where it does not say. */
  readonly voices: readonly string[]
  readonly memory: MemoryCount
  readonly talks: readonly RememberedTalk[]
  readonly overlays: number
  /** Undefined for the local owner, who does not sign in. */
  readonly identity: IdentityPage | undefined
  readonly isAdmin: boolean
}

/** The person behind the page that is asked for. */
export async function personOf(context: WebContext, { chat }: WebDeps): Promise<PersonId> {
  return (await ensureAuthor(chat.db, context.get('author'))).personId
}

export async function loadAccount(context: WebContext, deps: WebDeps): Promise<AccountView> {
  const { db } = deps.chat
  const personId = await personOf(context, deps)
  const owner = await ownerOf(db, context.get('author'))
  const [choices, memory, talks, overlays, identity, isAdmin] = await Promise.all([
    loadChoices(db, personId),
    countMemory(db, personId),
    talksOfPerson(db, personId, { limit: shownTalks }),
    overlaysOf(db, owner),
    loadIdentity(context, deps),
    deps.signIn ? deps.signIn.isAdmin(personId) : true,
  ])
  const { synthesizer } = deps.inference
  const voices = synthesizer.voices ?? []
  const { name } = deps.persona
  return { name, choices, voices, memory, talks, overlays: overlays.length, identity, isAdmin }
}

async function loadIdentity(
  context: WebContext,
  { signIn, assets }: WebDeps,
): Promise<IdentityPage | undefined> {
  const current = context.get('session')
  if (signIn === undefined || current === undefined) return undefined
  const [accounts, sessions] = await Promise.all([
    listAccounts(signIn.db, current.personId),
    signIn.sessions.list(current.personId),
  ])
  return {
    accounts,
    sessions,
    current,
    providers: [...signIn.providers.values()],
    proof: signIn.proofs.of(current, 'link'),
    isStale: !isFresh(current, signIn.now()),
    theme: readTheme(context),
    assets,
  }
}

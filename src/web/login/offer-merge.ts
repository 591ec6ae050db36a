import type { PersonId } from '#core/store/ids.ts'
import type { Session } from '#core/store/sessions.ts'
import { beginFlow, type SignInFlow } from '#core/store/sign-in-flows.ts'
import { hashSecret, newSecret } from '../access/secrets.ts'
import { flowMinutes } from './browser-secret.ts'
import type { SignIn } from './sign-in.ts'

/** Both persons were proved just now: remembers that for the page that asks whether they shall be one. */
export async function offerMerge(
  signIn: SignIn,
  { session, flow, from }: { readonly session: Session; readonly flow: SignInFlow; readonly from: PersonId },
): Promise<string> {
  const offer = newSecret()
  await beginFlow(signIn.db, {
    stateHash: hashSecret(offer),
    browserHash: flow.browserHash,
    provider: flow.provider,
    purpose: 'merge',
    sessionId: session.id,
    mergedPersonId: from,
    returnTo: '/identity',
    expiresAt: new Date(signIn.now() + flowMinutes * 60_000),
  })
  return `/identity/merge?${new URLSearchParams({ offer })}`
}

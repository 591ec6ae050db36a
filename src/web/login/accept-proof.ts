import { linkAccount, personOfAccount } from '#core/store/accounts.ts'
import { findAuthor } from '#core/store/people.ts'
import { keepTokens } from '#core/store/provider-tokens.ts'
import type { Session } from '#core/store/sessions.ts'
import type { SignInFlow } from '#core/store/sign-in-flows.ts'
import { sessionCookie } from '../access/session-cookie.ts'
import type { WebContext } from '../web-env.ts'
import { clearBrowserSecret } from './browser-secret.ts'
import { describeDevice } from './device.ts'
import { isFresh } from './fresh-proof.ts'
import { offerMerge } from './offer-merge.ts'
import { peerAddress } from './own-address.ts'
import type { Proof } from './provider-client.ts'
import type { SignIn } from './sign-in.ts'
import type { Problem } from './sign-in-words.ts'

/** Where the browser goes next, or why nothing happened. */
export type Accepted = { readonly goTo: string } | { readonly problem: Problem; readonly reason: string }

/** Does what the flow was begun for, now that an account was proved. */
export async function acceptProof(
  context: WebContext,
  signIn: SignIn,
  { flow, proof, session }: { flow: SignInFlow; proof: Proof; session: Session | undefined },
): Promise<Accepted> {
  const account = { platform: flow.provider, platformUserId: proof.id, displayName: proof.displayName }
  clearBrowserSecret(context, signIn.jar)
  if (flow.purpose === 'sign-in') {
    const personId = await personOfAccount(signIn.db, account)
    await keepTokens(signIn.db, signIn.sealer, account, proof.tokens)
    await changeSession(context, signIn, { personId, provider: flow.provider, before: session })
    return { goTo: flow.returnTo }
  }
  if (session === undefined || session.id !== flow.sessionId)
    return { problem: 'stale', reason: 'another session' }
  if (flow.purpose === 'prove') {
    const owner = await findAuthor(signIn.db, account)
    if (owner?.personId !== session.personId) return { problem: 'other', reason: 'not their account' }
    await changeSession(context, signIn, { ...session, provider: flow.provider, before: session })
    return { goTo: '/identity?done=proved' }
  }
  if (!isFresh(session, signIn.now())) return { problem: 'prove', reason: 'no fresh proof' }
  const linking = await linkAccount(signIn.db, session.personId, account)
  if (linking.kind === 'taken') return { goTo: await offerMerge(signIn, { session, flow, from: linking.by }) }
  await keepTokens(signIn.db, signIn.sealer, account, proof.tokens)
  if (linking.kind === 'linked')
    await signIn.audit({
      type: 'account linked',
      personId: session.personId,
      sessionId: session.id,
      provider: flow.provider,
      address: peerAddress(context) ?? null,
    })
  return { goTo: `/identity?done=${linking.kind}` }
}

/** A new token at each proof, so that one that was planted or seen before it is worth nothing after it. */
async function changeSession(
  context: WebContext,
  signIn: SignIn,
  {
    personId,
    provider,
    before,
  }: Pick<Session, 'personId' | 'provider'> & { readonly before: Session | undefined },
): Promise<void> {
  const { sessions, jar } = signIn
  const device = describeDevice(context.req.header('user-agent'))
  const { token, id } = await sessions.begin({ personId, provider, device })
  if (before !== undefined && !before.isProxied) await sessions.end(before.personId, { only: before.id })
  jar.set(context, sessionCookie, token, Math.floor(sessions.lifetimes.absoluteMs / 1_000))
  const address = peerAddress(context) ?? null
  const type = before === undefined ? 'signed in' : 'identity proved'
  await signIn.audit({ type, personId, sessionId: id, provider, address })
}

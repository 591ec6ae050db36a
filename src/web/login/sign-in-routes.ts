import type { Hono } from 'hono'
import { dropTokensOf } from '#core/store/provider-tokens.ts'
import { sessionCookie } from '../access/session-cookie.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { acceptProof } from './accept-proof.ts'
import { type Beginning, beginFlow } from './begin-flow.ts'
import { finishFlow } from './finish-flow.ts'
import { isFresh } from './fresh-proof.ts'
import { originOf, peerAddress } from './own-address.ts'
import { ProviderAwayError } from './provider-away-error.ts'
import type { ProviderClient } from './provider-client.ts'
import { addressKey } from './rate-limit.ts'
import { returnPath } from './return-path.ts'
import type { SignIn } from './sign-in.ts'
import { signInPage } from './sign-in-page.ts'
import { type Problem, signInWords } from './sign-in-words.ts'

/** Getting in and out. These come before the sign-in is required. */
export function addSignInRoutes(app: Hono<WebEnv>, deps: WebDeps, signIn: SignIn): void {
  const origin = (context: WebContext) => originOf(context, deps.publicUrl)

  app.get('/sign-in', async (context) => {
    const back = returnPath(context.req.query('back'))
    const problem = problemOf(context.req.query('problem'))
    const goodbye = context.req.query('out') === '1' ? signInWords.goodbye : undefined
    const notice = problem === undefined ? goodbye : signInWords.problems[problem]
    if (notice === undefined && (await visitor(context, signIn)) !== undefined)
      return context.redirect(back, 303)
    const { persona, assets } = deps
    const view = {
      name: persona.name,
      providers: signIn.providers.values(),
      theme: readTheme(context),
      assets,
    }
    return context.html(signInPage({ ...view, back, notice, isProblem: problem !== undefined }))
  })

  app.get('/sign-in/:provider', async (context) => {
    const provider = providerOf(context, signIn)
    const back = returnPath(context.req.query('back'))
    // From elsewhere one gets the page with the buttons: nobody is sent to a provider by another site.
    if (!isOwnNavigation(context)) return context.redirect(`/sign-in?${new URLSearchParams({ back })}`, 303)
    if (!signIn.limit.take(addressKey(peerAddress(context)))) return problemPage(context, 'busy', back)
    const beginning = await purposeOf(context, signIn, provider)
    try {
      const start = { ...beginning, returnTo: back, origin: origin(context) }
      return context.redirect((await beginFlow(context, signIn, start)).href, 303)
    } catch (error) {
      if (!(error instanceof ProviderAwayError)) throw error
      deps.chat.logger.warn('a sign-in provider cannot be used', { provider: provider.name })
      return problemPage(context, 'away', back)
    }
  })

  app.get('/sign-in/:provider/callback', async (context) => {
    const provider = providerOf(context, signIn)
    if (!signIn.limit.take(addressKey(peerAddress(context)))) return problemPage(context, 'busy', '/')
    const finished = await finishFlow(context, signIn, { provider, origin: origin(context) })
    const session = (await visitor(context, signIn))?.session
    const accepted =
      finished.kind === 'proved' ? await acceptProof(context, signIn, { ...finished, session }) : finished
    if ('goTo' in accepted) return context.redirect(accepted.goTo, 303)
    await signIn.audit({
      type: 'sign-in refused',
      provider: provider.name,
      reason: accepted.reason,
      address: peerAddress(context) ?? null,
      ...(session ? { personId: session.personId, sessionId: idOf(session) } : {}),
    })
    return session === undefined
      ? problemPage(context, accepted.problem, returnPath(backOf(accepted)))
      : context.redirect(`/identity?problem=${accepted.problem}`, 303)
  })

  app.post('/sign-out', async (context) => {
    const session = (await visitor(context, signIn))?.session
    if (session !== undefined && !session.isProxied) {
      await signIn.sessions.end(session.personId, { only: session.id })
      if ((await signIn.sessions.list(session.personId)).length === 0)
        await dropTokensOf(signIn.db, session.personId)
      const { personId, id: sessionId } = session
      await signIn.audit({ type: 'signed out', personId, sessionId, address: peerAddress(context) ?? null })
    }
    signIn.jar.clear(context, sessionCookie)
    // Drafts that pages keep on this device.
    context.header('clear-site-data', '"storage"')
    return context.redirect(session?.isProxied ? proxySignOut : '/sign-in?out=1', 303)
  })
}

/** https://docs.goauthentik.io/add-secure-apps/providers/proxy/#logging-out */
const proxySignOut = '/outpost.goauthentik.io/sign_out'

async function visitor(context: WebContext, { visit }: SignIn) {
  return await visit((name) => context.req.header(name))
}

/** A proxied session has no row that an event could name. */
export function idOf({ id, isProxied }: { id: SessionIdOf; isProxied?: true }): SessionIdOf | null {
  return isProxied ? null : id
}

type SessionIdOf = Awaited<ReturnType<SignIn['sessions']['begin']>>['id']

function providerOf(context: WebContext, { providers }: SignIn): ProviderClient {
  const name = context.req.param('provider')
  for (const provider of providers.values()) if (provider.name === name) return provider
  throw pageErrors.notFound()
}

/** Signing in unless a page of ours, shown to this session, asks for something else. */
async function purposeOf(
  context: WebContext,
  signIn: SignIn,
  provider: ProviderClient,
): Promise<Pick<Beginning, 'provider' | 'purpose' | 'session'>> {
  const wanted = context.req.query('for')
  if (wanted !== 'link' && wanted !== 'prove') return { provider, purpose: 'sign-in' }
  const session = (await visitor(context, signIn))?.session
  if (session === undefined || session.isProxied) throw pageErrors.stranger()
  if (!signIn.proofs.isOf(context.req.query('proof'), session, 'link')) throw pageErrors.foreignPage()
  if (wanted === 'prove' || isFresh(session, signIn.now())) return { provider, purpose: wanted, session }
  // Somebody else may sit at a browser that was left open: first the account that is known already.
  const known = [...signIn.providers.values()].find(({ name }) => name === session.provider)
  return { provider: known ?? provider, purpose: 'prove', session }
}

function backOf(refused: object): string | undefined {
  return 'returnTo' in refused ? String(refused.returnTo) : undefined
}

function isOwnNavigation(context: WebContext): boolean {
  const site = context.req.header('sec-fetch-site')
  return site === undefined || site === 'same-origin' || site === 'none'
}

function problemPage(context: WebContext, problem: Problem, back: string) {
  return context.redirect(`/sign-in?${new URLSearchParams({ problem, back })}`, 303)
}

export function problemOf(given: string | undefined): Problem | undefined {
  return given !== undefined && Object.hasOwn(signInWords.problems, given) ? (given as Problem) : undefined
}

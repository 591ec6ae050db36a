import type { Hono } from 'hono'
import { z } from 'zod'
import { listAccounts, unlinkAccount } from '#core/store/accounts.ts'
import type { PersonId } from '#core/store/ids.ts'
import { mergePersons, previewMerge } from '#core/store/merge-persons.ts'
import type { AccountProvider } from '#core/store/schema.ts'
import type { SecurityEvent } from '#core/store/security-events.ts'
import type { Session } from '#core/store/sessions.ts'
import { peekFlow, type SignInFlow, takeFlow } from '#core/store/sign-in-flows.ts'
import { hashSecret } from '../access/secrets.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readForm } from '../pages/read-form.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { isFresh } from './fresh-proof.ts'
import { identityPage } from './identity-page.ts'
import { mergePage } from './merge-page.ts'
import { peerAddress } from './own-address.ts'
import { requireSession } from './require-session.ts'
import type { SignIn } from './sign-in.ts'
import { idOf, problemOf } from './sign-in-routes.ts'
import { type Done, signInWords } from './sign-in-words.ts'

const UnlinkForm = z.object({
  platform: z.enum(['google', 'discord', 'github', 'twitch', 'authentik']),
  account: z.string().min(1).max(512),
})
const EndForm = z.object({ session: z.union([z.uuid(), z.literal('others')]) })
const Offer = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const MergeForm = z.object({ offer: Offer })

/** The pages where people see and change how they sign in. */
export function addIdentityRoutes(app: Hono<WebEnv>, deps: WebDeps, signIn: SignIn): void {
  const { db, sessions } = signIn
  const usable: readonly AccountProvider[] = [...signIn.providers.keys()]

  const note = async (context: WebContext, event: SecurityEvent) => {
    const session = requireSession(context)
    const who = {
      personId: session.personId,
      sessionId: idOf(session),
      address: peerAddress(context) ?? null,
    }
    await signIn.audit({ ...who, ...event })
  }

  app.get('/identity', async (context) => {
    const current = requireSession(context)
    const [accounts, open] = await Promise.all([
      listAccounts(db, current.personId),
      sessions.list(current.personId),
    ])
    const proof = signIn.proofs.of(current, 'link')
    const providers = [...signIn.providers.values()]
    const frame = { theme: readTheme(context), assets: deps.assets, notice: noticeOf(context) }
    return context.html(
      identityPage({
        ...frame,
        accounts,
        sessions: open,
        current,
        providers,
        proof,
        isStale: !isFresh(current, signIn.now()),
      }),
    )
  })

  app.post('/identity/unlink', async (context) => {
    const session = requireFresh(context, signIn)
    if (session === undefined) return context.redirect('/identity?problem=prove', 303)
    const { platform, account: platformUserId } = await readForm(context, UnlinkForm)
    const unlinking = await unlinkAccount(db, session.personId, { platform, platformUserId }, usable)
    if (unlinking === 'unknown') throw pageErrors.notFound()
    if (unlinking === 'last') return context.redirect('/identity?problem=last', 303)
    await note(context, { type: 'account unlinked', provider: platform })
    return context.redirect('/identity?done=unlinked', 303)
  })

  app.post('/identity/sessions/end', async (context) => {
    const current = requireSession(context)
    const { session } = await readForm(context, EndForm)
    const which = session === 'others' ? { allBut: current.id } : { only: session }
    const ended = await sessions.end(current.personId, which)
    if (ended.length === 0 && session !== 'others') throw pageErrors.notFound()
    await note(context, { type: 'session ended' })
    return context.redirect('/identity?done=ended', 303)
  })

  app.get('/identity/merge', async (context) => {
    const session = requireSession(context)
    const offer = Offer.safeParse(context.req.query('offer'))
    const flow = offer.success ? await peekFlow(db, hashSecret(offer.data)) : undefined
    const from = mergedPersonOf(flow, session, signIn)
    if (flow === undefined || from === undefined || !offer.success)
      return context.redirect('/identity?problem=gone', 303)
    const preview = await previewMerge(db, from)
    const frame = { theme: readTheme(context), assets: deps.assets }
    return context.html(mergePage({ ...frame, preview, provider: flow.provider, offer: offer.data }))
  })

  app.post('/identity/merge', async (context) => {
    const session = requireSession(context)
    const { offer } = await readForm(context, MergeForm)
    const from = mergedPersonOf(await takeFlow(db, hashSecret(offer)), session, signIn)
    const ended = from && (await mergePersons(db, { into: session.personId, from }))
    if (ended === undefined) return context.redirect('/identity?problem=gone', 303)
    sessions.announce(ended)
    sessions.refresh(session.personId)
    await note(context, { type: 'persons merged' })
    return context.redirect('/identity?done=merged', 303)
  })
}

/** Undefined for an offer that is not this session's, or too old. */
function mergedPersonOf(
  flow: SignInFlow | undefined,
  session: Session,
  { now }: SignIn,
): PersonId | undefined {
  const isTheirs = flow?.purpose === 'merge' && flow.sessionId === session.id
  return isTheirs && flow.expiresAt.getTime() > now() ? (flow.mergedPersonId ?? undefined) : undefined
}

function requireFresh(context: WebContext, { now }: SignIn): Session | undefined {
  const session = requireSession(context)
  return isFresh(session, now()) ? session : undefined
}

function noticeOf(context: WebContext): string | undefined {
  const problem = problemOf(context.req.query('problem'))
  if (problem !== undefined) return signInWords.problems[problem]
  const done = context.req.query('done')
  return done !== undefined && Object.hasOwn(signInWords.done, done)
    ? signInWords.done[done as Done]
    : undefined
}

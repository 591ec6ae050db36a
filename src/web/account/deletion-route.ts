import type { Hono } from 'hono'
import { z } from 'zod'
import { announceConsent } from '#core/bus/consent-changes.ts'
import { listAccounts } from '#core/store/accounts.ts'
import { sessionCookie } from '../access/session-cookie.ts'
import { isFresh } from '../login/fresh-proof.ts'
import { readForm } from '../pages/read-form.ts'
import { readTheme } from '../pages/theme.ts'
import { ownerOf } from '../stage/overlay-access.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { accountPage } from './account-page.ts'
import { loadAccount, personOf } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { erasePerson } from './erase-person.ts'
import { gonePage } from './gone-page.ts'

const DeleteForm = z.object({ phrase: z.string().max(60) })

/** The end: asked for once by typing, done when the page comes back. */
export function addDeletionRoute(app: Hono<WebEnv>, deps: WebDeps): void {
  const { assets, signIn } = deps
  const { db, bus } = deps.chat

  app.post('/account/delete', async (context) => {
    const { phrase } = await readForm(context, DeleteForm)
    const frame = { theme: readTheme(context), assets }
    if (!isMeant(phrase)) {
      const notice = { text: accountWords.wrongPhrase(accountWords.deletePhrase), isProblem: true }
      const account = await loadAccount(context, deps)
      return context.html(accountPage({ ...frame, account, notice }), 422)
    }
    const session = context.get('session')
    // Somebody else may sit at a browser that was left open.
    if (signIn && session && !session.isProxied && !isFresh(session, signIn.now()))
      return context.redirect('/identity?problem=prove', 303)
    const personId = await personOf(context, deps)
    const owner = await ownerOf(db, context.get('author'))
    const accounts = await listAccounts(db, personId)
    const open = (await signIn?.sessions.list(personId)) ?? []
    const erased = await erasePerson(deps, personId, owner)
    signIn?.sessions.announce(open.map(({ id }) => id))
    announceConsent(bus, accounts)
    forgetBrowser(context, deps)
    return context.html(gonePage({ ...frame, erased }), erased.isComplete ? 200 : 202)
  })
}

function isMeant(phrase: string): boolean {
  return phrase.trim().toLowerCase() === accountWords.deletePhrase
}

/** The session, and the drafts that pages keep on this device. */
function forgetBrowser(context: WebContext, { signIn }: WebDeps): void {
  signIn?.jar.clear(context, sessionCookie)
  context.header('clear-site-data', '"storage"')
}

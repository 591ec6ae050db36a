import type { Hono } from 'hono'
import { z } from 'zod'
import { announceConsent } from '#core/bus/consent-changes.ts'
import { listAccounts } from '#core/store/accounts.ts'
import { exportPerson } from '#core/store/export-person.ts'
import { setPersonPreferences } from '#core/store/people.ts'
import { readForm } from '../pages/read-form.ts'
import { readTheme } from '../pages/theme.ts'
import { ownerOf } from '../stage/overlay-access.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { accountPage } from './account-page.ts'
import { loadAccount, personOf } from './account-view.ts'
import { accountWords, type Saved } from './account-words.ts'
import { addDeletionRoute } from './deletion-route.ts'
import { addMemoryRoutes } from './memory-routes.ts'
import { saveCharacter, saveYou, VoiceName } from './personal-choices.ts'

const LanguageTag = z
  .string()
  .regex(/^([a-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$/)
  .max(35)
const YouForm = z.object({ name: z.string().trim().max(60), language: LanguageTag })
const CharacterForm = z.object({
  style: z.string().trim().max(200),
  voice: z.union([z.literal(''), VoiceName]).default(''),
})
const isOn = z.enum(['on', 'off']).transform((value) => value === 'on')
const HistoryForm = z.object({ history: isOn })
const PrivacyForm = z.union([z.strictObject({ heard: isOn }), z.strictObject({ transcripts: isOn })])

/** The page about oneself; every form changes the person who sends it and nobody else. */
export function addAccountRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { db, bus } = deps.chat

  app.get('/account', async (context) => {
    const account = await loadAccount(context, deps)
    const frame = { theme: readTheme(context), assets: deps.assets }
    return context.html(accountPage({ ...frame, account, notice: savedNotice(context) }))
  })

  app.post('/account/you', async (context) => {
    const form = await readForm(context, YouForm)
    const personId = await personOf(context, deps)
    await saveYou(db, personId, form)
    deps.signIn?.sessions.refresh(personId)
    return backTo(context, 'you', 'you')
  })

  app.post('/account/character', async (context) => {
    const form = await readForm(context, CharacterForm)
    await saveCharacter(db, await personOf(context, deps), form)
    return backTo(context, 'character', 'character')
  })

  app.post('/account/history', async (context) => {
    const { history: keepsHistory } = await readForm(context, HistoryForm)
    await setPersonPreferences(db, await personOf(context, deps), { keepsHistory })
    return backTo(context, 'memory', 'history')
  })

  app.post('/account/privacy', async (context) => {
    const form = await readForm(context, PrivacyForm)
    const personId = await personOf(context, deps)
    const change = 'heard' in form ? { isHeard: form.heard } : { allowsTranscripts: form.transcripts }
    await setPersonPreferences(db, personId, change)
    announceConsent(bus, await listAccounts(db, personId))
    return backTo(context, 'privacy', 'privacy')
  })

  app.get('/account/export', async (context) => {
    const personId = await personOf(context, deps)
    const everything = await exportPerson(db, personId, await ownerOf(db, context.get('author')))
    context.header('content-disposition', 'attachment; filename="companions-export.json"')
    context.header('content-type', 'application/json; charset=utf-8')
    return context.body(`${JSON.stringify(everything, undefined, 2)}\n`)
  })

  addMemoryRoutes(app, deps)
  addDeletionRoute(app, deps)
}

/** After a form: the section it came from, with a word on what it did. */
export function backTo(context: WebContext, section: keyof typeof accountWords.sections, saved: Saved) {
  return context.redirect(`/account?saved=${saved}#${section}`, 303)
}

function savedNotice(context: WebContext) {
  const saved = context.req.query('saved')
  if (saved === undefined || !Object.hasOwn(accountWords.saved, saved)) return undefined
  return { text: accountWords.saved[saved as Saved], isProblem: false }
}

import type { Hono } from 'hono'
import { z } from 'zod'
import { OverlayQuality, OverlaySettings } from '#core/protocol/stage-feed.ts'
import type { OverlayId } from '#core/store/ids.ts'
import {
  addOverlay,
  changeOverlay,
  findOverlay,
  type Overlay,
  type OverlayChange,
  overlaysOf,
  revokeOverlay,
} from '#core/store/overlays.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readForm } from '../pages/read-form.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { calibrationPage } from './calibration-page.ts'
import { clap } from './clap.ts'
import { clapInCall } from './clap-in-call.ts'
import { ownerOf } from './overlay-access.ts'
import { announceOverlayChange } from './overlay-changes.ts'
import { settingsOf } from './overlay-settings.ts'
import { type OverlaysPage, overlaysPage, overlaysPolicy } from './overlays-page.ts'
import { guildOf, StageChoice, stageOf } from './stage-choice.ts'
import { stageWords } from './stage-words.ts'
import { hashToken, newOverlayName, newToken } from './tokens.ts'
import { waitingFile } from './waiting-file.ts'

const maxOverlays = 50

const Name = z.string().trim().min(1).max(60)
const Checked = z
  .literal('on')
  .optional()
  .transform((value) => value === 'on')
const DelayForm = z.object({ delayMs: z.coerce.number().int().min(0).max(1_000) })
const NewForm = StageChoice.extend({ name: Name })
const SettingsForm = NewForm.extend({
  ...DelayForm.shape,
  captions: Checked,
  wordByWord: Checked,
  bubbles: Checked,
  sound: Checked,
  quality: OverlayQuality,
  framing: z.enum(['whole', 'bust']),
})

/** The pages where people make, change and remove their overlays. */
export function addOverlaysRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { stage, assets } = deps
  const { db, bus } = stage

  const show = async (context: WebContext, more: Pick<OverlaysPage, 'fresh' | 'notice'> = {}) => {
    const overlays = await overlaysOf(db, await ownerOf(db, context.get('author')))
    context.header('content-security-policy', overlaysPolicy)
    return context.html(overlaysPage({ overlays, theme: readTheme(context), assets, ...more }))
  }

  const change = async (context: WebContext, id: string, values: OverlayChange) => {
    const isKnown = await changeOverlay(db, await ownerOf(db, context.get('author')), id, values)
    if (!isKnown) throw pageErrors.notFound()
    announceOverlayChange(bus, id)
  }

  /** What is said in a server or a channel is for its people. Who they are is not known here, so administrators choose. */
  const mayShow = async (context: WebContext, source: StageChoice['source']) => {
    const session = context.get('session')
    if (source === 'page' || deps.signIn === undefined) return true
    return session !== undefined && (await deps.signIn.isAdmin(session.personId))
  }

  app.get('/overlays', (context) => show(context))

  app.post('/overlays', async (context) => {
    const form = await readForm(context, NewForm)
    const author = context.get('author')
    const stageName = stageOf(form, author)
    const refuse = (title: string) => show(context, { notice: { title, lines: [] } })
    if (stageName === undefined) return await refuse(stageWords.badPlace)
    if (!(await mayShow(context, form.source))) return await refuse(stageWords.notYours)
    const ownerId = await ownerOf(db, author)
    if ((await overlaysOf(db, ownerId)).length >= maxOverlays) return await refuse(stageWords.tooMany)
    const [id, token] = [newOverlayName() as OverlayId, newToken()]
    const settings = OverlaySettings.parse({})
    const { name } = form
    await addOverlay(db, { id, ownerId, name, stage: stageName, tokenHash: hashToken(token), settings })
    return await show(context, { fresh: { id, address: addressOf(context, deps, id, token) } })
  })

  app.post('/overlays/:id', async (context) => {
    const { name, source, place, ...settings } = await readForm(context, SettingsForm)
    const stageName = stageOf({ source, place }, context.get('author'))
    const refuse = (title: string) => show(context, { notice: { title, lines: [] } })
    if (stageName === undefined) return await refuse(stageWords.badPlace)
    if (!(await mayShow(context, source))) return await refuse(stageWords.notYours)
    const overlay = await ownOverlay(context, deps)
    const kept = { ...settingsOf(overlay), ...settings }
    await change(context, overlay.id, { name, stage: stageName, settings: kept })
    return context.redirect('/overlays', 303)
  })

  app.post('/overlays/:id/rotate', async (context) => {
    const [id, token] = [context.req.param('id'), newToken()]
    await change(context, id, { tokenHash: hashToken(token) })
    return await show(context, { fresh: { id, address: addressOf(context, deps, id, token) } })
  })

  app.post('/overlays/:id/remove', async (context) => {
    const id = context.req.param('id')
    const isKnown = await revokeOverlay(db, await ownerOf(db, context.get('author')), id)
    if (!isKnown) throw pageErrors.notFound()
    announceOverlayChange(bus, id)
    return context.redirect('/overlays', 303)
  })

  app.get('/overlays/:id/calibrate', async (context) => {
    const overlay = await ownOverlay(context, deps)
    context.header('content-security-policy', overlaysPolicy)
    return context.html(calibrationPage({ overlay, theme: readTheme(context), assets }))
  })

  app.post('/overlays/:id/delay', async (context) => {
    const { delayMs } = await readForm(context, DelayForm)
    const overlay = await ownOverlay(context, deps)
    const { id } = overlay
    await change(context, id, { settings: { ...settingsOf(overlay), delayMs } })
    return context.redirect(`/overlays/${id}/calibrate`, 303)
  })

  app.post('/overlays/:id/clap', async (context) => {
    const overlay = await ownOverlay(context, deps)
    const guildId = guildOf(overlay.stage)
    if (guildId !== undefined) {
      const clapped = await clapInCall(bus, guildId, context.req.raw.signal)
      return context.json({ now: stage.now(), ...clapped })
    }
    const now = stage.now()
    return context.json({ now, playAt: clap(bus, overlay.stage, now) })
  })

  app.get('/overlays/:id/waiting-file', async (context) => {
    const { id } = await ownOverlay(context, deps)
    context.header('content-disposition', 'attachment; filename="lumi-overlay.html"')
    return context.html(waitingFile(originOf(context, deps), id))
  })
}

/** @throws PageError for an overlay that is not this person's */
export async function ownOverlay(context: WebContext, { stage: { db } }: WebDeps): Promise<Overlay> {
  const [overlay, ownerId] = await Promise.all([
    findOverlay(db, context.req.param('id') ?? ''),
    ownerOf(db, context.get('author')),
  ])
  if (overlay === undefined || overlay.ownerId !== ownerId) throw pageErrors.notFound()
  return overlay
}

function addressOf(context: WebContext, deps: WebDeps, id: string, token: string): string {
  return `${originOf(context, deps)}/o/${id}#${token}`
}

/** As people reach this page; the request's host was checked. */
function originOf(context: WebContext, { isHttps }: WebDeps): string {
  const { host } = new URL(context.req.url)
  return `${isHttps ? 'https' : 'http'}://${host}`
}

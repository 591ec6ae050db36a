import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import {
  changeOverlay,
  isAvatarWorn,
  isMotionUsed,
  type Overlay,
  type OverlayChange,
  overlaysOf,
} from '#core/store/overlays.ts'
import { requireAuthor } from '../access/guard-requests.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { inspectAvatar } from './inspect-avatar.ts'
import { announceOverlayChange } from './overlay-changes.ts'
import { settingsOf } from './overlay-settings.ts'
import { overlaysPage, overlaysPolicy } from './overlays-page.ts'
import { ownOverlay } from './overlays-routes.ts'
import { stageWords } from './stage-words.ts'

/** A file of 50 MB and the rest of its form. */
const maxUploadBytes = 52_500_000

/** Uploading an avatar or a motion, taking it off again. Uploads are worked on one at a time: each is held in memory. */
export function addAvatarRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { stage } = deps
  const isOwner = requireAuthor(deps)
  const tooLarge = () => {
    throw pageErrors.tooLarge()
  }
  let isBusy = false

  const change = async (overlay: Overlay, values: OverlayChange) => {
    await changeOverlay(stage.db, overlay.ownerId, overlay.id, values)
    announceOverlayChange(stage.bus, overlay.id)
  }

  const wear = async (overlay: Overlay, avatar: string | null) => {
    await change(overlay, { avatar })
    const before = overlay.avatar
    if (before !== null && !(await isAvatarWorn(stage.db, before))) await stage.avatars.remove(before)
  }

  const move = async (overlay: Overlay, motion: string | undefined) => {
    const { motion: before, ...settings } = settingsOf(overlay)
    await change(overlay, { settings: motion === undefined ? settings : { ...settings, motion } })
    if (before !== undefined && before !== motion && !(await isMotionUsed(stage.db, before)))
      await stage.avatars.remove(before)
  }

  app.post(
    '/overlays/:id/avatar',
    isOwner,
    bodyLimit({ maxSize: maxUploadBytes, onError: tooLarge }),
    async (context) => {
      const overlay = await ownOverlay(context, deps)
      if (isBusy) return context.body(null, 429, { 'retry-after': '5' })
      isBusy = true
      try {
        const bytes = await uploadedFile(context)
        const { kind, lines } = inspectAvatar(bytes)
        if (kind === 'avatar') await wear(overlay, await stage.avatars.add(bytes))
        if (kind === 'motion') await move(overlay, await stage.avatars.add(bytes))
        const overlays = await overlaysOf(stage.db, overlay.ownerId)
        context.header('content-security-policy', overlaysPolicy)
        const notice = { title: titles[kind ?? 'none'], lines }
        const view = { overlays, theme: readTheme(context), assets: deps.assets, notice }
        return context.html(overlaysPage(view), kind === undefined ? 422 : 200)
      } finally {
        isBusy = false
      }
    },
  )

  app.post('/overlays/:id/avatar/remove', isOwner, async (context) => {
    const overlay = await ownOverlay(context, deps)
    await wear(overlay, null)
    return context.redirect('/overlays', 303)
  })

  app.post('/overlays/:id/motion/remove', isOwner, async (context) => {
    const overlay = await ownOverlay(context, deps)
    await move(overlay, undefined)
    return context.redirect('/overlays', 303)
  })
}

const titles = {
  avatar: stageWords.avatarTaken,
  motion: stageWords.motionTaken,
  none: stageWords.avatarRefused,
} as const

async function uploadedFile(context: WebContext): Promise<Uint8Array> {
  const form = await context.req.parseBody().catch(() => ({}) as Record<string, unknown>)
  const file = form['file']
  if (!(file instanceof File) || file.size === 0) throw pageErrors.badForm()
  return new Uint8Array(await file.arrayBuffer())
}

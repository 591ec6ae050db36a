import type { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { changeOverlay, isAvatarWorn, overlaysOf } from '#core/store/overlays.ts'
import { requireAuthor } from '../access/guard-requests.ts'
import { pageErrors } from '../pages/page-error.ts'
import { readTheme } from '../pages/theme.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebContext, WebEnv } from '../web-env.ts'
import { inspectAvatar } from './inspect-avatar.ts'
import { ownerOf } from './overlay-access.ts'
import { announceOverlayChange } from './overlay-changes.ts'
import { overlaysPage, overlaysPolicy } from './overlays-page.ts'
import { ownOverlay } from './overlays-routes.ts'
import { stageWords } from './stage-words.ts'

/** A file of 50 MB and the rest of its form. */
const maxUploadBytes = 52_500_000

/** Uploading an avatar, taking it off again. Uploads are worked on one at a time: each is held in memory. */
export function addAvatarRoutes(app: Hono<WebEnv>, deps: WebDeps): void {
  const { stage } = deps
  const isOwner = requireAuthor(deps.identify)
  const tooLarge = () => {
    throw pageErrors.tooLarge()
  }
  let isBusy = false

  const wear = async (context: WebContext, id: string, avatar: string | null, before: string | null) => {
    await changeOverlay(stage.db, await ownerOf(stage.db, context.get('author')), id, { avatar })
    announceOverlayChange(stage.bus, id)
    if (before !== null && !(await isAvatarWorn(stage.db, before))) await stage.avatars.remove(before)
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
        const report = inspectAvatar(bytes)
        if (report.isWearable) await wear(context, overlay.id, await stage.avatars.add(bytes), overlay.avatar)
        const title = report.isWearable ? stageWords.avatarTaken : stageWords.avatarRefused
        const overlays = await overlaysOf(stage.db, overlay.ownerId)
        context.header('content-security-policy', overlaysPolicy)
        const notice = { title, lines: report.lines }
        const view = { overlays, theme: readTheme(context), assets: deps.assets, notice }
        return context.html(overlaysPage(view), report.isWearable ? 200 : 422)
      } finally {
        isBusy = false
      }
    },
  )

  app.post('/overlays/:id/avatar/remove', isOwner, async (context) => {
    const overlay = await ownOverlay(context, deps)
    await wear(context, overlay.id, null, overlay.avatar)
    return context.redirect('/overlays', 303)
  })
}

async function uploadedFile(context: WebContext): Promise<Uint8Array> {
  const form = await context.req.parseBody().catch(() => ({}) as Record<string, unknown>)
  const file = form['file']
  if (!(file instanceof File) || file.size === 0) throw pageErrors.badForm()
  return new Uint8Array(await file.arrayBuffer())
}

import type { Hono } from 'hono'
import { pageErrors } from '../pages/page-error.ts'
import type { WebDeps } from '../web-deps.ts'
import type { WebEnv } from '../web-env.ts'
import { overlayPage, overlayPolicy } from './overlay-page.ts'

const aYear = 'public, max-age=31536000, immutable'

/** What a streaming program asks for; it has no cookies and is nobody, so these come before the sign-in. */
export function addOverlayRoutes(app: Hono<WebEnv>, { assets, stage }: WebDeps): void {
  app.get('/o/:id', (context) => {
    context.header('content-security-policy', overlayPolicy)
    context.header('x-robots-tag', 'noindex')
    return context.html(overlayPage({ stage: assets.stage }))
  })

  // For the waiting file on the streamer's disk, whose origin is nobody's.
  app.get('/stage/up', (context) => {
    context.header('cross-origin-resource-policy', 'cross-origin')
    return context.body(null, 204)
  })

  app.get('/stage/avatars/:file', async (context) => {
    const file = await stage.avatars.find(context.req.param('file').replace(/\.vrm$/, ''))
    if (file === undefined) throw pageErrors.notFound()
    return context.body(file.open(), 200, {
      'content-type': 'model/gltf-binary',
      'content-length': String(file.bytes),
      'cache-control': aYear,
    })
  })
}

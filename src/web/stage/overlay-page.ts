import { html, raw } from 'hono/html'
import type { WebAssets } from '../assets/open-assets.ts'
import { lumiFigure } from '../lumi/lumi-svg.ts'
import type { Html } from '../pages/html.ts'

/** Styles may be added by hand: streaming programs inject the streamer's own, and are used for it. */
export const overlayPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "connect-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

/** The page in the streaming program: transparent, and the same for every address, so that it tells nothing. */
export function overlayPage({ stage }: Pick<WebAssets, 'stage'>): Html {
  const preload = stage.moduleUrls.map((url) => html`<link rel="modulepreload" href="${url}">`)
  return html`${raw('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Overlay</title>
<link rel="stylesheet" href="${stage.urlOf('overlay.css')}">
<link rel="stylesheet" href="${stage.urlOf('lumi.css')}">
${preload}
<script type="module" src="${stage.urlOf('overlay/main.ts')}"></script>
</head>
<body>
<main class="overlay" data-overlay data-build="${stage.build}" data-worklet="${stage.urlOf('overlay/sound-worklet.ts')}">
<div class="overlay-picture" data-picture hidden>${lumiFigure()}</div>
<ul class="overlay-bubbles" data-bubbles></ul>
<div class="overlay-captions" data-captions></div>
</main>
</body>
</html>`
}

import { html, raw } from 'hono/html'
import type { WebAssets } from '../assets/open-assets.ts'
import type { Html } from './html.ts'
import type { Theme } from './theme.ts'

export interface PageFrame {
  readonly title: string
  readonly theme: Theme
  readonly assets: Pick<WebAssets, 'stylesheetUrl' | 'iconUrl' | 'scriptUrls'>
  /** Styles the body: `chat` fills the window, `text` is a document. */
  readonly kind: 'chat' | 'text'
  readonly body: Html
  readonly head?: Html
  readonly hasScript?: boolean
}

/** A whole document. Works without JavaScript; scripts only make it pleasant. */
export function page({ title, theme, assets, kind, body, head, hasScript = false }: PageFrame): Html {
  const themeAttribute = theme === 'system' ? '' : html` data-theme="${theme}"`
  const [entry, ...others] = assets.scriptUrls
  const scripts = hasScript
    ? html`${others.map((url) => html`<link rel="modulepreload" href="${url}">`)}<script type="module" src="${entry ?? ''}"></script>`
    : ''
  return html`${raw('<!doctype html>')}
<html lang="en"${themeAttribute}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${assets.iconUrl}" type="image/svg+xml">
<link rel="stylesheet" href="${assets.stylesheetUrl}">
${head ?? ''}${scripts}
</head>
<body class="page-${kind}">${body}</body>
</html>`
}

import { html } from 'hono/html'
import type { Overlay } from '#core/store/overlays.ts'
import type { WebAssets } from '../assets/open-assets.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { page } from '../pages/layout.ts'
import type { Theme } from '../pages/theme.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import { overlayCard } from './overlay-card.ts'
import { settingsOf } from './overlay-settings.ts'
import { sourceFields } from './source-fields.ts'
import { stageScript } from './stage-script.ts'
import { stageWords } from './stage-words.ts'

export interface OverlaysPage {
  readonly overlays: readonly Overlay[]
  readonly theme: Theme
  readonly assets: WebAssets
  /** The address that was just made, to be shown this one time. */
  readonly fresh?: { readonly id: string; readonly address: string } | undefined
  /** About an upload or a form: what happened, and why. */
  readonly notice?: { readonly title: string; readonly lines: readonly string[] } | undefined
}

/** May show our own overlays in frames; otherwise as strict as every page. */
export const overlaysPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function overlaysPage(view: OverlaysPage): Html {
  const { overlays, theme, assets, notice } = view
  const cards = overlays.map((overlay) =>
    overlayCard({
      overlay,
      settings: settingsOf(overlay),
      address: view.fresh?.id === overlay.id ? view.fresh.address : undefined,
    }),
  )
  const body = html`<main class="text-page overlays-page">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/">${icons.back} ${words.errors.back}</a>${themeMenu(theme, '/')}</header>
<h1>${stageWords.title}</h1>
<p>${stageWords.lead}</p>
${notice ? noticeBox(notice) : ''}
${cards.length > 0 ? html`<ul class="overlay-cards">${cards}</ul>` : html`<p class="muted">${stageWords.none}</p>`}
${newOverlayForm(overlays.length === 0)}
</main>
<p class="sr-only" role="status" data-status></p>`
  return page({
    title: `${stageWords.title} · ${words.product}`,
    theme,
    assets,
    kind: 'text',
    body,
    head: stageScript(assets, 'overlay/overlays-page.ts'),
    hasScript: true,
  })
}

function noticeBox({ title, lines }: NonNullable<OverlaysPage['notice']>): Html {
  const list = lines.length > 0 ? html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>` : ''
  return html`<section class="overlay-notice" role="alert"><h2>${title}</h2>${list}</section>`
}

function newOverlayForm(isOpen: boolean): Html {
  return html`<details class="overlay-new" ${isOpen ? 'open' : ''}><summary class="btn chip">${icons.plus} ${stageWords.newTitle}</summary>
<form method="post" action="/overlays" class="overlay-form">
<label class="field"><span>${stageWords.name}</span><input name="name" required maxlength="60" placeholder="${stageWords.namePlaceholder}"></label>
${sourceFields('new', { source: 'page', place: '' })}
<button class="btn btn-primary">${stageWords.create}</button>
</form></details>`
}

import { html } from 'hono/html'
import { lumiFigure } from '../lumi/lumi-svg.ts'
import type { Html } from '../pages/html.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { accountWords } from './account-words.ts'
import type { Erased } from './erase-person.ts'

/** Shown once, to somebody who is nobody here any more. */
export function gonePage({
  theme,
  assets,
  erased,
}: Pick<PageFrame, 'theme' | 'assets'> & { readonly erased: Erased }): Html {
  const { turns, overlays, isComplete } = erased
  const title = isComplete ? accountWords.goneTitle : accountWords.partlyGoneTitle
  const sentence = isComplete ? accountWords.gone(turns, overlays) : accountWords.partlyGone
  const body = html`<main class="text-page"><div class="text-figure">${lumiFigure()}</div><h1>${title}</h1><p>${sentence}</p>
<p><a class="btn chip" href="/">${accountWords.goneNext}</a></p></main>`
  return page({ title, theme, assets, kind: 'text', body })
}

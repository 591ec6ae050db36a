import { html } from 'hono/html'
import { lumiFigure } from '../lumi/lumi-svg.ts'
import { words } from '../words.ts'
import type { Html } from './html.ts'
import { icons } from './icons.ts'
import { type PageFrame, page } from './layout.ts'

export interface ErrorPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly title: string
  /** What it means and what to do, in plain words. Never what an exception said. */
  readonly sentence: string
}

export function errorPage({ title, sentence, theme, assets }: ErrorPage): Html {
  const body = html`<main class="text-page"><div class="text-figure">${lumiFigure('sad')}</div><h1>${title}</h1><p>${sentence}</p>
<p><a class="btn chip" href="/">${icons.back} ${words.errors.back}</a></p></main>`
  return page({ title, theme, assets, kind: 'text', body })
}

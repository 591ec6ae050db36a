import { html } from 'hono/html'
import type { WebAssets } from '../assets/open-assets.ts'
import type { Html } from '../pages/html.ts'

/** A module of the stage's own beside the entry of every page. */
export function stageScript({ stage }: Pick<WebAssets, 'stage'>, path: string): Html {
  return html`<script type="module" src="${stage.urlOf(path)}"></script>`
}

import { html } from 'hono/html'
import type { MergePreview } from '#core/store/merge-persons.ts'
import type { AccountProvider } from '#core/store/schema.ts'
import type { Html } from '../pages/html.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { words } from '../words.ts'
import { signInWords } from './sign-in-words.ts'

export interface MergePage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly preview: MergePreview
  readonly provider: AccountProvider
  readonly offer: string
}

/** What would come over, before anything does. */
export function mergePage({ theme, assets, preview, provider, offer }: MergePage): Html {
  const { accounts, turns, overlays } = preview
  const names = accounts.map(({ platform, displayName }) =>
    `${signInWords.platforms[platform]} ${displayName}`.trim(),
  )
  const items = [
    signInWords.mergeAccounts(names),
    ...(turns > 0 ? [signInWords.mergeTurns(turns)] : []),
    ...(overlays > 0 ? [signInWords.mergeOverlays(overlays)] : []),
  ]
  const body = html`<main class="text-page identity">
<h1>${signInWords.mergeTitle}</h1>
<p>${signInWords.mergeLead(signInWords.platforms[provider])}</p>
<ul class="sign-in-list">${items.map((item) => html`<li>${item}</li>`)}</ul>
<p>${signInWords.mergeRest}</p>
<form method="post" action="/identity/merge" class="sign-in-choice"><input type="hidden" name="offer" value="${offer}"><button class="btn btn-primary">${signInWords.merge}</button> <a class="btn chip" href="/identity">${signInWords.keepApart}</a></form>
</main>`
  const title = `${signInWords.mergeTitle} · ${words.product}`
  return page({ title, theme, assets, kind: 'text', body })
}

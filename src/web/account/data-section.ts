import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'

/** Taking everything along, and the end of it. */
export function dataSection({ name }: AccountView): Html {
  const phrase = accountWords.deletePhrase
  return html`<section aria-labelledby="data"><h2 id="data">${accountWords.sections.data}</h2>
<h3>${accountWords.exportTitle}</h3>
<p>${accountWords.exportLead}</p>
<p><a class="btn chip" href="/account/export" download>${icons.down} ${accountWords.export}</a></p>
<h3>${accountWords.deleteTitle}</h3>
<details class="asks account-asks"><summary class="btn chip btn-sm">${accountWords.deleteTitle}</summary>
<form method="post" action="/account/delete" autocomplete="off"><p>${accountWords.deleteLead}</p>
<ul class="account-list">${accountWords.deleted.map((line) => html`<li>${line}</li>`)}</ul>
<p>${accountWords.deleteRest(name)}</p>
<label class="field"><span>${accountWords.deleteType(phrase)}</span><input name="phrase" required maxlength="60" autocapitalize="none" spellcheck="false"></label>
<button class="btn btn-error btn-sm">${accountWords.deleteNow}</button></form></details></section>`
}

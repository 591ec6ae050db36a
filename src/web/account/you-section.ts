import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { languageChoices } from './languages.ts'

export function youSection({ name, choices: { preferences, wishes } }: AccountView): Html {
  const chosen = wishes.language ?? preferences.locale
  const languages = languageChoices(chosen).map(
    ([tag, label]) =>
      html`<option value="${tag}" lang="${tag}" ${tag === chosen ? 'selected' : ''}>${label}</option>`,
  )
  return html`<section aria-labelledby="you"><h2 id="you">${accountWords.sections.you}</h2>
<form method="post" action="/account/you" class="account-form">
<label class="field"><span>${accountWords.name(name)}</span><input name="name" maxlength="60" autocomplete="nickname" aria-describedby="name-hint" value="${preferences.displayName ?? wishes.callMe ?? ''}"></label>
<p class="hint" id="name-hint">${accountWords.nameHint}</p>
<label class="field"><span>${accountWords.language}</span><select name="language"><option value="">${accountWords.languageAsWritten}</option>${languages}</select></label>
<button class="btn btn-primary btn-sm">${accountWords.save}</button></form></section>`
}

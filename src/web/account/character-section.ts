import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'

export function characterSection(account: AccountView): Html {
  const { name, choices } = account
  return html`<section aria-labelledby="character"><h2 id="character">${accountWords.sections.character}</h2>
<form method="post" action="/account/character" class="account-form">
<label class="field"><span>${accountWords.style(name)}</span><textarea name="style" rows="3" maxlength="200" placeholder="${accountWords.stylePlaceholder}" aria-describedby="style-hint">${choices.wishes.style ?? ''}</textarea></label>
<p class="hint" id="style-hint">${accountWords.styleHint(name)}</p>
${voiceChoice(account)}
<button class="btn btn-primary btn-sm">${accountWords.save}</button></form></section>`
}

/** Where the voice does not say what it can, there is nothing to choose. */
function voiceChoice({ name, voices, choices: { voice } }: AccountView): Html | string {
  if (voices.length < 2) return ''
  const options = voices.map(
    (one) =>
      html`<option value="${one}" ${one === voice ? 'selected' : ''}>${accountWords.voices[one] ?? one}</option>`,
  )
  return html`<label class="field"><span>${accountWords.voice}</span><select name="voice"><option value="">${accountWords.voiceUsual(name)}</option>${options}</select></label>`
}

import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import type { StageChoice } from './stage-choice.ts'
import { stageWords } from './stage-words.ts'

/** Where an overlay is fed from. `key` keeps the ids of several forms on a page apart. */
export function sourceFields(key: string, { source, place }: StageChoice): Html {
  const options = Object.entries(stageWords.sources).map(
    ([value, label]) =>
      html`<option value="${value}" ${value === source ? 'selected' : ''}>${label}</option>`,
  )
  return html`<label class="field"><span>${stageWords.source}</span><select name="source">${options}</select></label>
<label class="field"><span>${stageWords.place}</span><input name="place" maxlength="64" value="${place}" aria-describedby="place-${key}"></label>
<p class="hint" id="place-${key}">${stageWords.placeHint}</p>`
}

import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { switchForm } from './forms.ts'

/** The same two switches as `/privacy` on Discord. */
export function privacySection({ name, choices: { preferences } }: AccountView): Html {
  const { isHeard, allowsTranscripts } = preferences
  const heard = isHeard
    ? { state: accountWords.heardOn(name), value: 'off', label: accountWords.heardStop }
    : { state: accountWords.heardOff(name), value: 'on', label: accountWords.heardStart }
  const written = allowsTranscripts
    ? { state: accountWords.transcriptsOn, value: 'off', label: accountWords.transcriptsStop }
    : { state: accountWords.transcriptsOff, value: 'on', label: accountWords.transcriptsStart }
  return html`<section aria-labelledby="privacy"><h2 id="privacy">${accountWords.sections.privacy}</h2>
${switchForm('/account/privacy', 'heard', heard)}
${switchForm('/account/privacy', 'transcripts', written)}</section>`
}

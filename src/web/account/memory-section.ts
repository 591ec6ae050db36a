import { html } from 'hono/html'
import type { RememberedTalk } from '#core/store/memory-of-person.ts'
import type { Html } from '../pages/html.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { askOnce, switchForm } from './forms.ts'

const dateFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })
const titleChars = 60

export function memorySection({ name, choices, memory, talks }: AccountView): Html {
  const { keepsHistory } = choices.preferences
  const history = keepsHistory
    ? { state: accountWords.historyOn(name), value: 'off', label: accountWords.historyStop }
    : { state: accountWords.historyOff(name), value: 'on', label: accountWords.historyStart }
  return html`<section aria-labelledby="memory"><h2 id="memory">${accountWords.sections.memory}</h2>
${switchForm('/account/history', 'history', history)}
${memory.messages === 0 ? html`<p class="muted">${accountWords.nothingKept}</p>` : keptTalks(name, memory, talks)}</section>`
}

function keptTalks(
  name: string,
  { messages, talks: count }: AccountView['memory'],
  talks: readonly RememberedTalk[],
): Html {
  const newest = count > talks.length ? ` ${accountWords.newestTalks(talks.length)}` : ''
  return html`<p>${accountWords.kept(messages, count)}${newest}</p>
<ul class="facts">${talks.map(talkRow)}</ul>
${askOnce({
  ask: accountWords.forgetAll,
  what: accountWords.forgetAllWhat(name),
  action: '/account/forget',
})}`
}

function talkRow(talk: RememberedTalk): Html {
  const { id, platform, messages, lastAt } = talk
  const title = titleOf(talk)
  return html`<li class="fact talk-row"><span class="talk-title">${title}</span><span class="muted">${accountWords.places[platform]}, ${accountWords.messages(messages)}, <time datetime="${lastAt.toISOString()}">${dateFormat.format(lastAt)}</time></span><a class="btn btn-ghost btn-sm" href="/account/talks/${id}" aria-label="${accountWords.lookAt(title)}">${accountWords.look}</a></li>`
}

export function titleOf({ firstText }: Pick<RememberedTalk, 'firstText'>): string {
  const line = firstText.trim().replaceAll(/\s+/g, ' ')
  if (line === '') return accountWords.noWords
  return line.length > titleChars ? `${line.slice(0, titleChars).toWellFormed()}…` : line
}

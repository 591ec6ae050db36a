import { html } from 'hono/html'
import type { StoredTurn } from '#core/store/stored-turn.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import { accountWords } from './account-words.ts'
import { askOnce } from './forms.ts'
import { titleOf } from './memory-section.ts'

export interface TalkPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly id: string
  /** The companion's. */
  readonly name: string
  readonly turns: readonly StoredTurn[]
  /** More is kept than is shown. */
  readonly isCut: boolean
  readonly notice: string | undefined
}

const timeFormat = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

/** What is kept of one conversation: each message with its answer, and a way to forget it. */
export function talkPage({ id, name, turns, isCut, notice, theme, assets }: TalkPage): Html {
  const title = accountWords.talkTitle(titleOf({ firstText: turns[0]?.text ?? '' }))
  const cut = isCut ? html`<p class="hint">${accountWords.talkNewest(turns.length)}</p>` : ''
  const body = html`<main class="text-page account">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/account#memory">${icons.back} ${accountWords.backToAccount}</a>${themeMenu(theme, '/account')}</header>
<h1>${title}</h1>
<p>${accountWords.talkLead}</p>${cut}
${notice === undefined ? '' : html`<p class="account-notice" role="status">${notice}</p>`}
<ol class="kept-turns">${turns.map((turn) => keptTurn(id, name, turn))}</ol>
${askOnce({
  ask: accountWords.forgetTalk,
  what: accountWords.forgetTalkWhat,
  action: `/account/talks/${id}/forget`,
})}
</main>
<p class="sr-only" role="status" data-status></p>`
  return page({ title: `${title} · ${words.product}`, theme, assets, kind: 'text', body, hasScript: true })
}

function keptTurn(talk: string, name: string, { turnId, text, reply, createdAt }: StoredTurn): Html {
  const said = text === '' ? '' : html`<p><b>${words.you}</b> ${text}</p>`
  const answered = reply === '' ? '' : html`<p><b>${name}</b> ${reply}</p>`
  return html`<li class="kept-turn">${said}${answered}
<form method="post" action="/account/talks/${talk}/turns/${turnId}/forget"><time class="muted" datetime="${createdAt.toISOString()}">${timeFormat.format(createdAt)} UTC</time><button class="btn btn-ghost btn-sm" aria-label="${accountWords.forgetTurnOf(titleOf({ firstText: text }))}">${accountWords.forgetTurn}</button></form></li>`
}

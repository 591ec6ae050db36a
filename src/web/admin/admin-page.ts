import { html } from 'hono/html'
import type { CallsInPanic } from '#core/bus/panic.ts'
import type { LatencyPercentiles } from '#core/store/turn-times.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import type { AdminView, GuildSettings } from './admin-view.ts'
import { adminWords } from './admin-words.ts'
import type { Light } from './lights.ts'
import { waterfall } from './waterfall.ts'

export interface AdminPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly admin: AdminView
  /** After the panic switch: what became of calls. */
  readonly panicked: CallsInPanic | undefined
}

/** One screen for whoever runs this: what works, how turns go, and the switch that silences everything. */
export function adminPage({ admin: { lights, record }, panicked, theme, assets }: AdminPage): Html {
  const body = html`<main class="text-page admin">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/">${icons.back} ${words.errors.back}</a>${themeMenu(theme, '/admin')}</header>
<h1>${adminWords.title}</h1>
${panicked === undefined ? '' : html`<p class="account-notice" role="status">${adminWords.panicDone} ${adminWords.calls[panicked]}</p>`}
<section aria-labelledby="lights"><h2 id="lights">${adminWords.lightsTitle}</h2><ul class="lights">${lights.map(lightItem)}</ul></section>
<section class="panic" aria-labelledby="panic"><h2 id="panic">${adminWords.panicTitle}</h2><p>${adminWords.panicLead}</p>
<form method="post" action="/admin/panic"><button class="btn btn-error">${icons.stop} ${adminWords.panic}</button></form></section>
${record === undefined ? '' : html`${percentiles(record.latency)}${waterfall(record.turns)}${guildSettings(record.guilds)}`}
</main>
<p class="sr-only" role="status" data-status></p>`
  const title = `${adminWords.title} · ${words.product}`
  return page({ title, theme, assets, kind: 'text', body, hasScript: true })
}

function lightItem({ name, state, sentence }: Light): Html {
  return html`<li class="light is-${state}"><span class="light-dot" aria-hidden="true"></span><b>${adminWords.lights[name]}</b> <span class="sr-only">${adminWords.states[state]}.</span> <span class="light-sentence">${sentence}</span></li>`
}

function percentiles({ count, ...times }: LatencyPercentiles): Html {
  const heading = html`<h2 id="percentiles">${adminWords.percentilesTitle}</h2>`
  if (count === 0)
    return html`<section aria-labelledby="percentiles">${heading}<p class="muted">${adminWords.percentilesNone}</p></section>`
  return html`<section aria-labelledby="percentiles">${heading}<p class="muted">${adminWords.percentilesLead(count)}</p>
<dl class="facts">${wait(adminWords.firstToken, times.firstTokenP50, times.firstTokenP95)}${wait(adminWords.total, times.totalP50, times.totalP95)}</dl></section>`
}

function wait(what: string, half: number | null, most: number | null): Html {
  return html`<div class="fact"><dt>${what}</dt><dd>${adminWords.half} ${inMs(half)}, ${adminWords.most} ${inMs(most)}</dd></div>`
}

function inMs(ms: number | null): string {
  return ms === null ? '–' : `${Math.round(ms).toLocaleString('en')} ms`
}

function guildSettings(guilds: readonly GuildSettings[]): Html {
  const cards = guilds.map(
    ({ guild, settings }) =>
      html`<details class="guild"><summary>${guild}</summary><dl class="facts">${settings.map(([key, value]) => html`<div class="fact"><dt>${key}</dt><dd>${value}</dd></div>`)}</dl></details>`,
  )
  const lead = guilds.length === 0 ? adminWords.guildsNone : adminWords.guildsLead
  return html`<section aria-labelledby="guilds"><h2 id="guilds">${adminWords.guildsTitle}</h2><p class="muted">${lead}</p>${cards}</section>`
}

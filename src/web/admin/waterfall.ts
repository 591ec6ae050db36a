import { html } from 'hono/html'
import type { TurnTimes } from '#core/store/turn-times.ts'
import type { Html } from '../pages/html.ts'
import { adminWords } from './admin-words.ts'

const timeFormat = new Intl.DateTimeFormat('en', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' })
/** Of the picture that a turn's times are drawn in; the longest turn fills it. */
const widthUnits = 1_000

/** The newest turns, one line each: what was waited for, drawn to one scale. */
export function waterfall(turns: readonly TurnTimes[]): Html {
  const longestMs = Math.max(1, ...turns.map(({ usage }) => usage?.totalMs ?? 0))
  const { columns, legend } = adminWords
  const head = Object.values(columns).map((name) => html`<th scope="col">${name}</th>`)
  const keys = Object.entries(legend).map(
    ([part, label]) => html`<span class="waterfall-key"><i class="part-${part}"></i>${label}</span>`,
  )
  const table = html`<div class="waterfall-scroll" tabindex="0" role="region" aria-label="${adminWords.turnsTable}"><table class="waterfall"><thead><tr>${head}</tr></thead><tbody>${turns.map((turn) => row(turn, longestMs))}</tbody></table></div>`
  return html`<section aria-labelledby="turns"><h2 id="turns">${adminWords.turnsTitle}</h2>
${turns.length === 0 ? html`<p class="muted">${adminWords.turnsNone}</p>` : html`<p class="muted">${adminWords.turnsLead(turns.length)}</p><p class="waterfall-keys" aria-hidden="true">${keys}</p>${table}`}</section>`
}

function row(turn: TurnTimes, longestMs: number): Html {
  const { turnId, platform, kind, status, attempt, createdAt } = turn
  const again = attempt > 1 ? adminWords.attempt(attempt) : ''
  return html`<tr class="turn-${status}" title="${turnId}"><td><time datetime="${createdAt.toISOString()}">${timeFormat.format(createdAt)}</time></td><td>${platform}, ${kind}</td><td>${status}${again}</td><td>${times(turn, longestMs)}</td></tr>`
}

function times({ usage }: TurnTimes, longestMs: number): Html {
  const totalMs = usage?.totalMs
  if (totalMs === undefined) return html`<span class="muted">${adminWords.unmeasured}</span>`
  const { contextMs = 0, firstTokenMs } = usage ?? {}
  const sentence =
    firstTokenMs === undefined
      ? adminWords.inAll(totalMs)
      : adminWords.times(contextMs, firstTokenMs, totalMs)
  const toFirst = Math.min(totalMs, contextMs + (firstTokenMs ?? totalMs))
  return html`<svg class="waterfall-bar" viewBox="0 0 ${widthUnits} 12" preserveAspectRatio="none" role="img" aria-label="${sentence}"><title>${sentence}</title>${part('context', 0, contextMs, longestMs)}${part('firstToken', contextMs, toFirst, longestMs)}${part('answer', toFirst, totalMs, longestMs)}</svg>`
}

function part(name: string, fromMs: number, toMs: number, longestMs: number): Html {
  const scale = (ms: number) => (ms / longestMs) * widthUnits
  return html`<rect class="part-${name}" x="${scale(fromMs).toFixed(1)}" width="${Math.max(0, scale(toMs - fromMs)).toFixed(1)}" height="12"/>`
}

import { html } from 'hono/html'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { words } from '../words.ts'

/** A conversation that one can go back to. */
export interface EarlierConversation {
  readonly name: string
  /** How it began. */
  readonly title: string
  readonly at: Date
}

const dateFormat = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short' })

/** A button and its popover with the newest conversations; the browser opens and closes it. */
export function earlierMenu(earlier: readonly EarlierConversation[], current: string): Html | string {
  if (earlier.length === 0) return ''
  const links = earlier.map(
    ({ name, title, at }) =>
      html`<li><a class="btn btn-ghost" href="/c/${name}" ${name === current ? 'aria-current=page' : ''}><span class="menu-title">${title}</span><time datetime="${at.toISOString()}">${dateFormat.format(at)}</time></a></li>`,
  )
  return html`<button type="button" class="btn btn-ghost btn-circle" popovertarget="earlier-menu" aria-label="${words.earlier}" title="${words.earlier}">${icons.clock}</button>
<nav id="earlier-menu" class="menu-popover" popover aria-label="${words.earlier}"><ul>${links}</ul></nav>`
}

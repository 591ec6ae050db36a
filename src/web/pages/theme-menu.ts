import { html } from 'hono/html'
import { words } from '../words.ts'
import type { Html } from './html.ts'
import { icons } from './icons.ts'
import { Theme } from './theme.ts'

/** A button and its popover; the browser opens and closes it. `back` is the page to return to. */
export function themeMenu(current: Theme, back: string): Html {
  const choices = Theme.options.map(
    (theme) =>
      html`<button class="btn btn-ghost" name="theme" value="${theme}" aria-pressed="${String(theme === current)}">${words.themes[theme]}</button>`,
  )
  return html`<button type="button" class="btn btn-ghost btn-circle" popovertarget="theme-menu" aria-label="${words.appearance}" title="${words.appearance}">${icons.contrast}</button>
<form id="theme-menu" class="menu-popover" popover method="post" action="/theme" data-theme-form aria-label="${words.appearance}">
<input type="hidden" name="back" value="${back}">${choices}</form>`
}

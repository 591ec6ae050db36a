import { html } from 'hono/html'
import { accountsSection, sessionsSection } from '../login/identity-page.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import type { AccountView } from './account-view.ts'
import { accountWords } from './account-words.ts'
import { characterSection } from './character-section.ts'
import { dataSection } from './data-section.ts'
import { memorySection } from './memory-section.ts'
import { privacySection } from './privacy-section.ts'
import { youSection } from './you-section.ts'

export interface AccountPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly account: AccountView
  /** What has just been changed, or was refused. */
  readonly notice: { readonly text: string; readonly isProblem: boolean } | undefined
}

/** Everything about oneself on one page, with an index that stays in sight. */
export function accountPage({ account, theme, assets, notice }: AccountPage): Html {
  const title = `${accountWords.title} · ${words.product}`
  const parts = sections(account)
  const body = html`<main class="text-page account">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/">${icons.back} ${words.errors.back}</a>${themeMenu(theme, '/account')}</header>
<h1>${accountWords.title}</h1>
<p>${accountWords.lead(account.name)}</p>
${noticeLine(notice)}
<div class="account-body">${index(parts, account)}
<div class="account-sections">${parts.map(([, section]) => section)}</div></div>
</main>
<p class="sr-only" role="status" data-status></p>`
  return page({ title, theme, assets, kind: 'text', body, hasScript: true })
}

type Section = readonly [name: keyof typeof accountWords.sections, section: Html]

function sections(account: AccountView): readonly Section[] {
  const { identity } = account
  return [
    ['you', youSection(account)],
    ['accounts', linkedAccounts(account)],
    ['character', characterSection(account)],
    ['memory', memorySection(account)],
    ['overlays', overlaysSection(account)],
    ['privacy', privacySection(account)],
    ...(identity === undefined || identity.current.isProxied
      ? []
      : [['sessions', html`${sessionsSection(identity)}`] as const]),
    ['data', dataSection(account)],
  ]
}

function index(parts: readonly Section[], { isAdmin }: AccountView): Html {
  const links = parts.map(([name]) => html`<li><a href="#${name}">${accountWords.sections[name]}</a></li>`)
  const admin = isAdmin ? html`<li><a href="/admin">${words.admin}</a></li>` : ''
  return html`<nav class="account-index" aria-label="${accountWords.index}"><ul>${links}${admin}</ul></nav>`
}

function linkedAccounts({ identity }: AccountView): Html {
  if (identity !== undefined) return accountsSection(identity)
  return html`<section aria-labelledby="accounts"><h2 id="accounts">${accountWords.sections.accounts}</h2><p>${accountWords.noAccounts}</p></section>`
}

function overlaysSection({ overlays }: AccountView): Html {
  return html`<section aria-labelledby="overlays"><h2 id="overlays">${accountWords.sections.overlays}</h2>
<p>${accountWords.overlays(overlays)}</p>
<p><a class="btn chip" href="/overlays">${accountWords.manageOverlays}</a></p></section>`
}

function noticeLine(notice: AccountPage['notice']): Html | string {
  if (notice === undefined) return ''
  return html`<p class="account-notice" role="${notice.isProblem ? 'alert' : 'status'}">${notice.text}</p>`
}

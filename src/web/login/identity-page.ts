import { html } from 'hono/html'
import type { LinkedAccount } from '#core/store/accounts.ts'
import type { ListedSession, Session } from '#core/store/sessions.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import type { ProviderClient } from './provider-client.ts'
import { providerIcons } from './provider-icons.ts'
import { signInWords } from './sign-in-words.ts'

export interface IdentityPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly accounts: readonly LinkedAccount[]
  readonly sessions: readonly ListedSession[]
  readonly current: Session
  readonly providers: readonly ProviderClient[]
  /** Goes with links that begin linking. */
  readonly proof: string
  readonly notice?: string | undefined
  /** Signed in too long ago to change anything here. */
  readonly isStale: boolean
}

/** The accounts that are one person, and the browsers that they are signed in with. */
export function identityPage(view: IdentityPage): Html {
  const { theme, assets, notice } = view
  const body = html`<main class="text-page identity">
<header class="talk-head"><a class="btn btn-ghost btn-sm" href="/">${icons.back} ${words.errors.back}</a>${themeMenu(theme, '/identity')}</header>
<h1>${signInWords.accountsTitle}</h1>
<p>${signInWords.accountsLead}</p>
${notice === undefined ? '' : html`<p class="sign-in-notice" role="status">${notice}</p>`}
${proveAgain(view)}
${accountsSection(view)}
${sessionsSection(view)}
<form method="post" action="/sign-out"><button class="btn chip">${signInWords.signOut}</button></form>
</main>
<p class="sr-only" role="status" data-status></p>`
  const title = `${signInWords.accountsTitle} · ${words.product}`
  return page({ title, theme, assets, kind: 'text', body, hasScript: true })
}

function proveAgain({ isStale, current, proof }: IdentityPage): Html | string {
  if (!isStale || current.isProxied) return ''
  const address = `/sign-in/${current.provider}?${new URLSearchParams({ for: 'prove', proof })}`
  return html`<p class="sign-in-small">${signInWords.stale} <a class="link" href="${address}">${signInWords.again}</a></p>`
}

export function accountsSection({ accounts, providers, current, proof }: IdentityPage): Html {
  const usable = new Set<string>(providers.map(({ name }) => name))
  const canSignIn = accounts.filter(({ platform }) => usable.has(platform))
  const rows = accounts.map((account) => {
    const isLast = canSignIn.length === 1 && canSignIn[0] === account
    const { platform, displayName } = account
    return html`<li class="fact"><span class="fact-name">${signInWords.platforms[platform]}</span><span class="fact-value">${displayName || signInWords.noName}</span>${isLast ? '' : unlinkForm(account)}</li>`
  })
  const isLinked = (name: string) => accounts.some(({ platform }) => platform === name)
  const links = providers.map(({ name, label }) => {
    const address = `/sign-in/${name}?${new URLSearchParams({ for: 'link', proof })}`
    return isLinked(name)
      ? ''
      : html`<li><a class="btn chip sign-in-way" href="${address}">${providerIcons[name]} ${label}</a></li>`
  })
  const more =
    current.isProxied || providers.every(({ name }) => isLinked(name))
      ? ''
      : html`<h3>${signInWords.linkMore}</h3><ul class="sign-in-ways">${links}</ul>`
  const only = canSignIn.length === 1 ? html`<p class="sign-in-small">${signInWords.onlyOne}</p>` : ''
  return html`<section aria-labelledby="accounts"><h2 id="accounts">${signInWords.linked}</h2><ul class="facts">${rows}</ul>${only}${more}</section>`
}

function unlinkForm({ platform, platformUserId }: LinkedAccount): Html {
  const label = signInWords.platforms[platform]
  const isTalkedTo = platform === 'discord' || platform === 'twitch'
  const what = isTalkedTo ? signInWords.unlinkWhat(label) : signInWords.unlinkGone(label)
  return html`<details class="asks"><summary class="btn btn-ghost btn-sm">${signInWords.unlink}</summary>
<form method="post" action="/identity/unlink"><p>${what}</p><input type="hidden" name="platform" value="${platform}"><input type="hidden" name="account" value="${platformUserId}"><button class="btn chip btn-sm">${signInWords.unlink} ${label}</button></form></details>`
}

const when = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })

export function sessionsSection({ sessions, current }: IdentityPage): Html | string {
  if (current.isProxied) return ''
  const rows = sessions.map(({ id, device, provider, lastSeenAt }) => {
    const isThis = id === current.id
    const place = isThis ? signInWords.thisBrowser : signInWords.lastUsed(`${when.format(lastSeenAt)} UTC`)
    const end = isThis
      ? ''
      : html`<form method="post" action="/identity/sessions/end"><input type="hidden" name="session" value="${id}"><button class="btn btn-ghost btn-sm" aria-label="${signInWords.endSession}: ${device}">${signInWords.endSession}</button></form>`
    return html`<li class="fact"><span class="fact-name">${device}</span><span class="fact-value">${signInWords.platforms[provider]}, ${place}</span>${end}</li>`
  })
  const others =
    sessions.length > 1
      ? html`<form method="post" action="/identity/sessions/end"><input type="hidden" name="session" value="others"><button class="btn chip">${signInWords.endOthers}</button></form>`
      : ''
  return html`<section aria-labelledby="sessions"><h2 id="sessions">${signInWords.sessions}</h2><ul class="facts">${rows}</ul>${others}</section>`
}

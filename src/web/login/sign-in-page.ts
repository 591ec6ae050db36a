import { html } from 'hono/html'
import { lumiFigure } from '../lumi/lumi-svg.ts'
import type { Html } from '../pages/html.ts'
import { type PageFrame, page } from '../pages/layout.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import type { ProviderClient } from './provider-client.ts'
import { providerIcons } from './provider-icons.ts'
import { signInWords } from './sign-in-words.ts'

export interface SignInPage extends Pick<PageFrame, 'theme' | 'assets'> {
  readonly name: string
  readonly providers: Iterable<ProviderClient>
  /** Where to go afterwards; checked. */
  readonly back: string
  readonly notice?: string | undefined
  readonly isProblem?: boolean
}

/** One link for each provider; nothing here needs a script. */
export function signInPage(view: SignInPage): Html {
  const { name, theme, assets, back, notice, isProblem = false } = view
  const links = [...view.providers].map((provider) => providerLink(provider, back))
  const choice =
    links.length > 0
      ? html`<ul class="sign-in-ways">${links}</ul><p class="sign-in-small">${signInWords.privacy}</p>`
      : html`<p>${signInWords.proxyOnly}</p>`
  const body = html`<main class="text-page sign-in">
<header class="talk-head"><span></span>${themeMenu(theme, '/sign-in')}</header>
<div class="sign-in-figure">${lumiFigure()}</div>
<h1>${signInWords.title}</h1>
<p>${signInWords.lead(name)}</p>
${notice === undefined ? '' : html`<p class="sign-in-notice" role="${isProblem ? 'alert' : 'status'}">${notice}</p>`}
${choice}
</main>`
  const title = `${signInWords.title} · ${words.product}`
  return page({ title, theme, assets, kind: 'text', body, hasScript: true })
}

function providerLink({ name, label }: ProviderClient, back: string): Html {
  const address = `/sign-in/${name}?${new URLSearchParams({ back })}`
  return html`<li><a class="btn chip sign-in-way" href="${address}">${providerIcons[name]} ${signInWords.with(label)}</a></li>`
}

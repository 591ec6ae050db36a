import { html, raw } from 'hono/html'
import type { WebAssets } from '../assets/open-assets.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { page } from '../pages/layout.ts'
import type { Theme } from '../pages/theme.ts'
import { themeMenu } from '../pages/theme-menu.ts'
import { words } from '../words.ts'
import { clientData } from './client-data.ts'
import { composer } from './composer.ts'
import { type EarlierConversation, earlierMenu } from './earlier-menu.ts'
import type { TurnView } from './socket-protocol.ts'
import { stage } from './stage.ts'
import { turnItem, turnTemplate } from './turn-item.ts'

export interface ChatPage {
  readonly name: string
  readonly greeting: string
  readonly isDemo: boolean
  readonly conversation: string
  readonly turns: readonly TurnView[]
  readonly earlier: readonly EarlierConversation[]
  readonly theme: Theme
  readonly assets: WebAssets
  readonly newKey: () => string
  readonly editing: TurnView | undefined
  /** A sentence about the form that was just sent. */
  readonly notice: string | undefined
  readonly draft: string | undefined
  /** False for the local owner, whose socket wants no ticket. */
  readonly isSignedIn: boolean
}

export function chatPage(view: ChatPage): Html {
  const { name, conversation, turns, assets, theme, newKey, editing, notice, draft } = view
  const isWaiting = turns.some(({ reply }) => reply.status === 'waiting' || reply.status === 'running')
  const body = html`<a class="skip-link" href="#text">${words.skipToComposer}</a>
${stage(name)}
<main class="talk">
${header(view)}
<div class="log" role="log" aria-live="off" aria-label="${words.conversationWith(name)}" tabindex="0" data-log>
${emptyState(view)}
<ol class="turns" data-turns>${turns.map((turn, index) => turnItem(turn, { ...view, isLast: index === turns.length - 1 }))}</ol>
</div>
<div class="foot">
<button type="button" class="btn btn-sm jump" data-jump hidden>${icons.down} ${words.jumpToLatest}</button>
<p class="notice" role="alert" data-alert>${notice ?? ''}</p>
${composer({ name, conversation, newKey, draft, editing: editing && { turn: editing.id, said: editing.said } })}
</div>
</main>
<p class="sr-only" role="status" data-status></p>
<p class="sr-only" role="alert" data-failure></p>
<div class="sr-only" role="log" aria-live="polite" aria-label="${words.nameSaid(name)}" data-complete></div>
${turnTemplate(view)}
${clientData(view)}`
  const head = isWaiting
    ? raw('<noscript><meta http-equiv="refresh" content="3;url=#latest"></noscript>')
    : undefined
  return page({
    title: words.pageTitle(name),
    theme,
    assets,
    kind: 'chat',
    body,
    hasScript: true,
    ...(head ? { head } : {}),
  })
}

function header({ conversation, theme, isDemo, earlier }: ChatPage): Html {
  const connect = isDemo
    ? html`<a class="btn chip btn-sm" href="/connect" aria-label="${words.connectModel}">${icons.plug}<span class="wide-only">${words.connectModel}</span></a>`
    : html`<a class="btn btn-ghost btn-circle" href="/connect" aria-label="${words.connections}" title="${words.connections}">${icons.plug}</a>`
  const account = html`<a class="btn btn-ghost btn-circle" href="/account" aria-label="${words.account}" title="${words.account}">${icons.person}</a>`
  return html`<header class="talk-head"><nav class="talk-nav" aria-label="${words.product}">${connect}
<a class="btn btn-ghost btn-circle" href="/new" aria-label="${words.newConversation}" title="${words.newConversation}">${icons.plus}</a>
${earlierMenu(earlier, conversation)}
${account}
${themeMenu(theme, `/c/${conversation}`)}</nav></header>`
}

function emptyState({ greeting, isDemo, conversation, newKey, turns }: ChatPage): Html {
  const suggestions = isDemo ? words.demoSuggestions : words.suggestions
  const chips = suggestions.map(
    (text) => html`<li><button class="btn chip" name="text" value="${text}">${text}</button></li>`,
  )
  const demo = isDemo
    ? html`<p class="demo">${words.demoNotice} <a class="link" href="/connect">${words.connectModel}</a></p>`
    : ''
  return html`<div class="empty" data-empty ${turns.length > 0 ? 'hidden' : ''}><p class="greeting">${greeting}</p>
<form method="post" action="/chat/send" data-suggestions aria-label="${words.tryThese}">
<input type="hidden" name="conversation" value="${conversation}"><input type="hidden" name="key" value="${newKey()}"><ul class="suggestions">${chips}</ul></form>${demo}</div>`
}

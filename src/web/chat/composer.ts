import { html } from 'hono/html'
import { maxRequestChars } from '#core/protocol/chat.ts'
import type { Html } from '../pages/html.ts'
import { icons } from '../pages/icons.ts'
import { words } from '../words.ts'

export interface ComposerOptions {
  readonly name: string
  readonly conversation: string
  readonly newKey: () => string
  /** The turn being changed, when the page was opened to edit it. */
  readonly editing: { readonly turn: string; readonly said: string } | undefined
  /** What was refused, to be corrected. */
  readonly draft: string | undefined
}

/** The message box. The same button sends and, during an answer, stops; the script swaps its words and its icon. */
export function composer({ name, conversation, newKey, editing, draft }: ComposerOptions): Html {
  return html`<form class="composer" method="post" action="/chat/send" data-composer autocomplete="off">
<input type="hidden" name="conversation" value="${conversation}"><input type="hidden" name="key" value="${newKey()}"><input type="hidden" name="replaces" value="${editing?.turn ?? ''}" data-replaces>
<p class="editing" data-editing ${editing ? '' : 'hidden'}>${icons.edit}<span>${words.editing}</span> <a class="link" href="/c/${conversation}" data-cancel-edit>${words.cancelEdit}</a></p>
<div class="composer-box">
<label class="sr-only" for="text">${words.messageTo(name)}</label>
<textarea id="text" name="text" class="composer-text" rows="1" maxlength="${maxRequestChars}" required autofocus enterkeyhint="send" placeholder="${words.messageTo(name)}" data-text>${draft ?? editing?.said ?? ''}</textarea>
<button class="btn btn-primary btn-circle composer-button" aria-label="${words.send}" data-send><span class="when-send">${icons.send}</span><span class="when-stop">${icons.stop}</span></button>
</div></form>`
}

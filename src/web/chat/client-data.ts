import { html, raw } from 'hono/html'
import type { Html } from '../pages/html.ts'
import { words } from '../words.ts'

/** What the browser's script needs to know, as a data block in the page; the browser imports this type. */
export interface ClientData {
  readonly conversation: string
  /** Where people sign in, a socket is opened with a ticket. */
  readonly needsTicket: boolean
  /** The module that draws the avatar where the drawn figure stands, and the avatar's file; empty when there is none. */
  readonly avatarModule: string
  readonly avatarUrl: string
  readonly words: {
    readonly send: string
    readonly stop: string
    readonly copied: string
    readonly states: Readonly<Record<'listening' | 'thinking' | 'speaking' | 'offline', string>>
    readonly waiting: string
    readonly unsent: string
    readonly stopped: string
    readonly failed: string
    readonly replying: string
    readonly stillReplying: string
    readonly complete: string
    readonly offline: string
    readonly online: string
    readonly soundBlocked: string
    readonly soundFailed: string
  }
}

/** `<` is escaped, so that nothing in it can end the block. */
export function clientData({
  name,
  conversation,
  isSignedIn,
  assets,
}: {
  readonly name: string
  readonly conversation: string
  readonly isSignedIn: boolean
  readonly assets: { readonly stage: { urlOf(path: string): string; readonly avatarUrl: string } }
}): Html {
  const data: ClientData = {
    conversation,
    needsTicket: isSignedIn,
    avatarModule: assets.stage.urlOf('overlay/chat-avatar.ts'),
    avatarUrl: assets.stage.avatarUrl,
    words: {
      send: words.send,
      stop: words.stop,
      copied: words.copied,
      states: words.states,
      waiting: words.waiting,
      unsent: words.unsent,
      stopped: words.stopped,
      failed: words.failed,
      replying: words.replying(name),
      stillReplying: words.stillReplying(name),
      complete: words.complete,
      offline: words.offline(name),
      online: words.online,
      soundBlocked: words.soundBlocked,
      soundFailed: words.soundFailed,
    },
  }
  return html`<script type="application/json" id="client-data">${raw(JSON.stringify(data).replaceAll('<', '\\u003c'))}</script>`
}

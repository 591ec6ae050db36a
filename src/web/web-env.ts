import type { Context } from 'hono'
import type { Author } from '#core/protocol/chat.ts'

/** What middleware leaves for the handlers. */
export interface WebEnv {
  readonly Variables: { readonly author: Author }
}

export type WebContext = Context<WebEnv>

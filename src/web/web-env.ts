import type { Context } from 'hono'
import type { Author } from '#core/protocol/chat.ts'
import type { Session } from '#core/store/sessions.ts'

/** What middleware leaves for the handlers. */
export interface WebEnv {
  readonly Variables: {
    readonly author: Author
    /** Undefined for the local owner of an installation without sign-in. */
    readonly session: Session | undefined
  }
}

export type WebContext = Context<WebEnv>

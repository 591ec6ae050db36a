import type { Author } from '#core/protocol/chat.ts'
import type { Session } from '#core/store/sessions.ts'

/** Who sends a request with these headers, or undefined for a stranger; where one person owns the installation, and in tests. */
export type Identify = (header: Header) => Author | undefined

export type Header = (name: string) => string | undefined

/** Somebody who may use the pages. Without sign-in there is no session: the local owner simply is who they are. */
export interface Visitor {
  readonly author: Author
  readonly session?: Session
}

/** Who sends a request. Asked for every page, form and socket. */
export type Visit = (header: Header) => Promise<Visitor | undefined>

/** The one person of an installation without sign-in: whoever sits at this machine, and nobody asked for a name. */
export const localOwner: Author = { platform: 'web', platformUserId: 'owner', displayName: '' }

export const identifyLocalOwner: Identify = () => localOwner

export function visitBy(identify: Identify): Visit {
  return async (header) => {
    const author = identify(header)
    return author && { author }
  }
}

/** A person on our own pages: the same one, whichever account they signed in with. */
export function visitorOf(session: Session): Visitor {
  const { personId, displayName } = session
  const author = {
    platform: 'web',
    platformUserId: personId,
    displayName: displayName.slice(0, 200),
  } as const
  return { author, session }
}

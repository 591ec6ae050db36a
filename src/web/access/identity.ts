import type { Author } from '#core/protocol/chat.ts'

/** Who sends a request with these headers, or undefined for a stranger. Asked for every page, form and socket. */
export type Identify = (header: (name: string) => string | undefined) => Author | undefined

/** The one person of an installation without sign-in: whoever sits at this machine, and nobody asked for a name. */
export const localOwner: Author = { platform: 'web', platformUserId: 'owner', displayName: '' }

export const identifyLocalOwner: Identify = () => localOwner

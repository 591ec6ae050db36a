import type { IncomingHttpHeaders } from 'node:http'
import type { Author } from '#core/protocol/chat.ts'

/** Who sends this request, or undefined for a stranger. Asked once per page, form and socket. */
export type Identify = (headers: Readonly<IncomingHttpHeaders>) => Author | undefined

/** The one person of an installation without sign-in: whoever sits at this machine. */
export const localOwner: Author = { platform: 'web', platformUserId: 'owner', displayName: 'You' }

export const identifyLocalOwner: Identify = () => localOwner

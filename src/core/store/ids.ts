declare const brand: unique symbol

/** Somebody, whatever platforms they write from. */
export type PersonId = string & { readonly [brand]: 'PersonId' }

/** What was said at one place: a channel, a thread, a DM, a web conversation. */
export type ConversationId = string & { readonly [brand]: 'ConversationId' }

/** A view of a stage for a streaming program. */
export type OverlayId = string & { readonly [brand]: 'OverlayId' }

/** A browser that somebody is signed in with. Not a secret. */
export type SessionId = string & { readonly [brand]: 'SessionId' }

import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Author, Place } from '#core/protocol/chat.ts'

/** A conversation as the browser names it. The first one is `home`. */
export const ConversationName = z.string().regex(/^[a-z0-9-]{1,36}$/)
export const homeConversation = 'home'

/** The key that makes one send one turn, chosen by the page. */
export const SendKey = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/)

export const TurnId = z.string().regex(/^[a-z2-7]{26}$/)

/** The owner is part of a place's id, so no name that a browser sends can reach somebody else's conversation. */
export function placeOf(owner: Author, conversation: string): Place {
  return { kind: 'web', id: `${owner.platformUserId}/${conversation}` }
}

/** The conversation that a place of this owner is, or undefined for a place that no page of theirs can show. */
export function conversationOf(owner: Author, placeId: string): string | undefined {
  const prefix = `${owner.platformUserId}/`
  return placeId.startsWith(prefix) ? placeId.slice(prefix.length) : undefined
}

export function newConversationName(): string {
  return randomBytes(10).toString('hex')
}

export function newSendKey(): string {
  return randomBytes(16).toString('hex')
}

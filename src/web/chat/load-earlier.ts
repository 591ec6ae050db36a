import type { Author } from '#core/protocol/chat.ts'
import { conversationsOfAuthor } from '#core/store/conversations-of-author.ts'
import type { ChatDeps } from './chat-deps.ts'
import type { EarlierConversation } from './earlier-menu.ts'
import { conversationOf } from './place.ts'

const shownConversations = 12
const titleChars = 60

/** The person's newest conversations, named by how they began. */
export async function loadEarlier(
  { db }: Pick<ChatDeps, 'db'>,
  owner: Author,
): Promise<EarlierConversation[]> {
  const outlines = await conversationsOfAuthor(db, owner, { limit: shownConversations })
  return outlines.flatMap(({ placeId, firstText, lastTurnAt }) => {
    const name = conversationOf(owner, placeId)
    return name === undefined ? [] : [{ name, title: firstText.slice(0, titleChars), at: lastTurnAt }]
  })
}

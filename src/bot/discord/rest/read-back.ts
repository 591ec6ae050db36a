import { type REST, Routes } from 'discord.js'
import { attempt } from './faults.ts'
import { ReturnedMessage } from './message-body.ts'

const pageSize = 100
const maxPages = 5

/**
 * The messages that follow an id (of a message or an interaction) in a channel, oldest first; the first five hundred, since
 * an answer stands near its question. Empty where the bot may not read the history.
 * @throws RefusedError where it cannot see the channel
 */
export async function readBack(rest: REST, channelId: string, afterId: string): Promise<ReturnedMessage[]> {
  const messages: ReturnedMessage[] = []
  for (let page = 0; page < maxPages; page++) {
    const query = new URLSearchParams({ after: messages.at(-1)?.id ?? afterId, limit: String(pageSize) })
    const raw = await attempt(() => rest.get(Routes.channelMessages(channelId), { query }))
    // Discord answers newest first.
    const newer = ReturnedMessage.array().parse(raw).reverse()
    messages.push(...newer)
    if (newer.length < pageSize) break
  }
  return messages
}

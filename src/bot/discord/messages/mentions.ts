import { MessageType } from 'discord.js'
import { displayNameOf, type IncomingMessage, type ReferencedMessage } from './incoming.ts'

/** Why a message is for us; undefined when it is not. */
export type Addressing = 'direct' | 'mention' | 'reply'

/** Other bots, webhooks and Discord's own notices never get an answer: two bots would talk for ever. */
export function addressingOf(message: IncomingMessage, selfId: string): Addressing | undefined {
  const { author, webhook_id, type, guild_id, mentions, referenced_message } = message
  if (author.bot || author.id === selfId || webhook_id !== undefined) return undefined
  if (type !== MessageType.Default && type !== MessageType.Reply) return undefined
  if (guild_id === undefined) return 'direct'
  if (mentions.some(({ id }) => id === selfId)) return 'mention'
  return referenced_message?.author.id === selfId ? 'reply' : undefined
}

/**
 * What a person wrote, as people read it: without our own mention at the beginning, and with names in place of ids, which
 * mean nothing to a model and could be written back as pings.
 */
export function readableText(
  { content, mentions }: Pick<ReferencedMessage, 'content' | 'mentions'>,
  selfId: string,
): string {
  const names = new Map(mentions.map((user) => [user.id, displayNameOf(user, user.member)]))
  return content
    .replace(new RegExp(`^\\s*(?:<@!?${selfId}>[\\s,:]*)+`), '')
    .replace(/<@!?(\d+)>/g, (_all, id: string) => `@${names.get(id) ?? 'someone'}`)
    .replace(/<@&\d+>/g, '@role')
    .replace(/<a?(:\w+:)\d+>/g, '$1')
    .replace(/<(\/[^:<>\n]+):\d+>/g, '$1')
    .trim()
}

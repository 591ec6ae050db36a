import { type APIEmbed, EmbedType, MessageFlags } from 'discord-api-types/v10'
import { announceUpdate } from './messages.ts'
import type { MessageRecord } from './records.ts'
import type { DiscordState } from './state.ts'

/**
 * Addresses in a message that Discord would fetch to show a preview: all but those in `<>`, in code, or in a message
 * with suppressed embeds. Over all versions of the text, since a preview is fetched as soon as it is there.
 */
export function fetchedLinks({ versions, flags }: MessageRecord): string[] {
  if ((flags & MessageFlags.SuppressEmbeds) !== 0) return []
  return [...new Set(versions.flatMap(({ content }) => linksIn(content)))]
}

function linksIn(content: string): string[] {
  const prose = content.replace(/```[\s\S]*?```|`[^`]*`/g, ' ').replace(/<https?:\/\/[^\s>]+>/g, ' ')
  return [...prose.matchAll(/https?:\/\/[^\s<>()]+/g)].map(([link]) => link)
}

/** The previews arrive some time later: MESSAGE_UPDATE with embeds, without an edit (message.mdx, "Message Object"). */
export function addPreviews(state: DiscordState, message: MessageRecord): void {
  const previews = fetchedLinks(message).map((url): APIEmbed => ({ type: EmbedType.Link, url, title: url }))
  message.embeds = [...message.embeds, ...previews]
  announceUpdate(state, message)
}

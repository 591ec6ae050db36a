import { MessageType } from 'discord.js'
import { z } from 'zod'
import { Snowflake } from '../snowflake.ts'

/** What we read of Discord's payloads (developers/resources/message.mdx); everything else is dropped. */

export const DiscordUser = z.object({
  id: Snowflake,
  username: z.string().default(''),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
})
export type DiscordUser = z.infer<typeof DiscordUser>

const Member = z.object({ nick: z.string().nullish() })

export const ReferencedMessage = z.object({
  id: Snowflake,
  channel_id: Snowflake,
  author: DiscordUser,
  content: z.string().default(''),
  type: z.number().default(MessageType.Default),
  webhook_id: Snowflake.optional(),
  mentions: z.array(DiscordUser.extend({ member: Member.optional() })).default([]),
  flags: z.number().default(0),
  attachments: z.array(z.unknown()).default([]),
  sticker_items: z.array(z.unknown()).default([]),
})

export const IncomingMessage = ReferencedMessage.extend({
  guild_id: Snowflake.optional(),
  member: Member.optional(),
  edited_timestamp: z.string().nullish(),
  referenced_message: ReferencedMessage.nullish(),
})
export type IncomingMessage = z.infer<typeof IncomingMessage>
export type ReferencedMessage = z.infer<typeof ReferencedMessage>

export const IncomingDeletion = z.object({ id: Snowflake, channel_id: Snowflake })
export const IncomingBulkDeletion = z.object({ ids: z.array(Snowflake), channel_id: Snowflake })

/** The name that people see: the one chosen for this server, else the account's. */
export function displayNameOf(user: DiscordUser, member?: { nick?: string | null | undefined }): string {
  return (member?.nick || user.global_name || user.username || user.id).slice(0, 200).toWellFormed()
}

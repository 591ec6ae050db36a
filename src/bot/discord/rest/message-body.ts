import { MessageFlags, type RESTPatchAPIChannelMessageJSONBody } from 'discord.js'
import { z } from 'zod'

/**
 * The body of everything we write: it pings nobody, and no link in it is unfurled. On create and on edit alike, since an
 * edit without them would fall back to Discord's defaults.
 */
export function messageBody(content: string) {
  return {
    content,
    allowed_mentions: { parse: [], replied_user: false },
    flags: MessageFlags.SuppressEmbeds,
  } satisfies RESTPatchAPIChannelMessageJSONBody
}

/** What we read of a message that Discord returns. */
export const ReturnedMessage = z.object({
  id: z.string(),
  content: z.string().default(''),
  author: z.object({ id: z.string() }).optional(),
  message_reference: z.object({ message_id: z.string().optional() }).optional(),
  interaction_metadata: z.object({ id: z.string() }).optional(),
  /** The older name of interaction_metadata. */
  interaction: z.object({ id: z.string() }).optional(),
})
export type ReturnedMessage = z.infer<typeof ReturnedMessage>

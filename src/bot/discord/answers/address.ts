import { z } from 'zod'
import { Snowflake } from '../snowflake.ts'

/** Where an answer goes: what a ChatRequest carries in `deliverTo`, so that any bot process can deliver it. */
export const Address = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('message'), channelId: Snowflake, messageId: Snowflake }),
  z.object({
    kind: z.literal('interaction'),
    channelId: Snowflake,
    interactionId: Snowflake,
    /** Good for 15 minutes. */
    token: z.string().min(1).max(1_000),
    /** The message that says "thinking", which a later answer replies to; empty if Discord did not tell. */
    originalId: Snowflake.or(z.literal('')),
    /** Whether we could also write there as ourselves. */
    isMember: z.boolean(),
  }),
])
export type Address = z.infer<typeof Address>
export type InteractionAddress = Extract<Address, { kind: 'interaction' }>

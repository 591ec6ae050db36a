import { z } from 'zod'
import { ConversationName, SendKey, TurnId } from './place.ts'
import type { ClientFrame } from './socket-protocol.ts'

const Ticket = z.string().max(1_024)

/** Text is bounded by the frame's size here; how long a message may be is answered in words, not by closing. */
const schema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), conversation: ConversationName, ticket: Ticket.exactOptional() }),
  z.object({ type: z.literal('send'), key: SendKey, text: z.string(), replaces: TurnId.exactOptional() }),
  z.object({ type: z.literal('stop'), turn: TurnId }),
]) satisfies z.ZodType<ClientFrame>

/** One frame from a browser, or undefined for anything else. Never throws. */
export function parseClientFrame(data: string): ClientFrame | undefined {
  try {
    return schema.safeParse(JSON.parse(data)).data
  } catch {
    return undefined
  }
}

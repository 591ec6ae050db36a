import { z } from 'zod'

/** Version of every message on the bus. Raised when an old reader could misread a new message. */
export const protocolVersion = 1

/** What every message carries: `at` is milliseconds since the epoch, `correlationId` ties a turn together. */
const envelopeFields = {
  v: z.literal(protocolVersion),
  id: z.string().min(1).max(200),
  at: z.number().int().nonnegative(),
  correlationId: z.string().min(1).max(200),
}

/** Schema of one message: the envelope, its `type` tag and its own fields. Unknown fields are dropped. */
export function messageSchema<Type extends string, Shape extends z.ZodRawShape>(type: Type, shape: Shape) {
  return z.object({ ...envelopeFields, type: z.literal(type), ...shape })
}

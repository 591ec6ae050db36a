import { z } from 'zod'

/** An id of anything at Discord. */
export const Snowflake = z.string().regex(/^\d{1,20}$/)

/** First millisecond of 2015, from which Discord's ids count (developers/reference.mdx, "Snowflakes"). */
const epochMs = 1_420_070_400_000n

/** When the thing with this id was created, in milliseconds since the epoch. */
export function createdAtOf(id: string): number {
  return Number((BigInt(id) >> 22n) + epochMs)
}

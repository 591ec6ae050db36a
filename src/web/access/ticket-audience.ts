import { z } from 'zod'

/** The sockets that a ticket may be for. */
export const TicketAudience = z.enum(['chat', 'voice'])
export type TicketAudience = z.infer<typeof TicketAudience>

/** "you must send an initial response within 3 seconds of receiving the event" (receiving-and-responding.mdx) */
export const firstAnswerMs = 3_000

/** "Interaction tokens are valid for 15 minutes" (receiving-and-responding.mdx, "Followup Messages") */
export const tokenLifeMs = 15 * 60_000

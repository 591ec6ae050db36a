import { DiscordAPIError } from 'discord.js'
import { z } from 'zod'

/** The message that was to be answered is gone; nobody waits for the answer any more. */
export class QuestionGoneError extends Error {
  override readonly name = 'QuestionGoneError'
}

/** Somebody deleted our answer while it was being written; it is not wanted. */
export class AnswerGoneError extends Error {
  override readonly name = 'AnswerGoneError'
}

/** The interaction's token is no longer good: after 15 minutes, or when Discord forgot the interaction. */
export class TokenExpiredError extends Error {
  override readonly name = 'TokenExpiredError'
}

/** It will not work, however often it is tried: no permission, no such channel, closed direct messages. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  /** Discord's JSON error code. */
  readonly code: number | string | undefined
  constructor(message: string, cause?: DiscordAPIError) {
    super(message, { cause })
    this.code = cause?.code
  }
}

/** JSON error codes (developers/topics/opcodes-and-status-codes.mdx). */
const codes = {
  unknownMessage: 10008,
  unknownWebhook: 10015,
  unknownInteraction: 10062,
  invalidWebhookToken: 50027,
  invalidFormBody: 50035,
  alreadyAcknowledged: 40060,
  replyNeedsHistory: 160002,
} as const

/**
 * Says what a failed request means: one of the errors above. What may go better another time (Discord's own failures, the
 * network) and what ends the bot (its token was revoked) comes back as it was.
 */
function explainFault(error: unknown): unknown {
  if (!(error instanceof DiscordAPIError)) return error
  if (isExpired(error)) return new TokenExpiredError('the interaction has expired', { cause: error })
  if (error.code === codes.unknownMessage) return new AnswerGoneError('the message is gone', { cause: error })
  if (isReferenceGone(error)) return new QuestionGoneError('the message replied to is gone', { cause: error })
  return error.status === 401 || error.status >= 500
    ? error
    : new RefusedError('Discord refused the request', error)
}

function isExpired({ code }: DiscordAPIError): boolean {
  return (
    code === codes.unknownWebhook || code === codes.invalidWebhookToken || code === codes.unknownInteraction
  )
}

const ReferenceFault = z.object({ errors: z.object({ message_reference: z.unknown() }) })

function isReferenceGone({ code, rawError }: DiscordAPIError): boolean {
  return (
    code === codes.invalidFormBody &&
    ReferenceFault.safeParse(rawError).data?.errors.message_reference !== undefined
  )
}

/** Runs a request; what it throws is explained. */
export async function attempt<Result>(request: () => Promise<Result>): Promise<Result> {
  try {
    return await request()
  } catch (error) {
    throw explainFault(error)
  }
}

/** Removing what is gone already is done. */
export async function ignoreGone(removal: () => Promise<unknown>): Promise<void> {
  try {
    await removal()
  } catch (error) {
    if (!(error instanceof AnswerGoneError)) throw error
  }
}

/** An interaction that Discord repeats was deferred the first time. */
export function ignoreAcknowledged(error: unknown): void {
  if (!(error instanceof RefusedError && error.code === codes.alreadyAcknowledged)) throw error
}

export function needsHistory(error: unknown): boolean {
  return error instanceof RefusedError && error.code === codes.replyNeedsHistory
}

/** The bot's token was revoked; no request will be answered any more. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof DiscordAPIError && error.status === 401
}

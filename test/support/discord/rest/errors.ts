/** An answer in the shape of Discord's errors (developers/topics/opcodes-and-status-codes.mdx, "JSON Error Codes"). */
export class DiscordApiError extends Error {
  override readonly name = 'DiscordApiError'
  readonly status: number
  readonly code: number
  readonly errors: object | undefined

  constructor(status: number, code: number, message: string, errors?: object) {
    super(message)
    this.status = status
    this.code = code
    this.errors = errors
  }

  toJSON(): object {
    return {
      message: this.message,
      code: this.code,
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    }
  }
}

export const unauthorized = () => new DiscordApiError(401, 0, '401: Unauthorized')
export const notFound = () => new DiscordApiError(404, 0, '404: Not Found')
export const methodNotAllowed = () => new DiscordApiError(405, 0, '405: Method Not Allowed')
export const unknownChannel = () => new DiscordApiError(404, 10003, 'Unknown Channel')
export const unknownGuild = () => new DiscordApiError(404, 10004, 'Unknown Guild')
export const unknownMember = () => new DiscordApiError(404, 10007, 'Unknown Member')
export const unknownMessage = () => new DiscordApiError(404, 10008, 'Unknown Message')
export const unknownUser = () => new DiscordApiError(404, 10013, 'Unknown User')
export const unknownWebhook = () => new DiscordApiError(404, 10015, 'Unknown Webhook')
export const unknownInteraction = () => new DiscordApiError(404, 10062, 'Unknown interaction')
export const unknownVoiceState = () => new DiscordApiError(404, 10065, 'Unknown Voice State')
export const requestTooLarge = () => new DiscordApiError(413, 40005, 'Request entity too large')
export const tooManyCommandsToday = () =>
  new DiscordApiError(400, 30034, 'Max number of daily application command creates has been reached (200)')
export const alreadyAnswered = () =>
  new DiscordApiError(400, 40060, 'Interaction has already been acknowledged.')
export const missingAccess = () => new DiscordApiError(403, 50001, 'Missing Access')
export const notTheAuthor = () =>
  new DiscordApiError(403, 50005, 'Cannot edit a message authored by another user')
export const emptyMessage = () => new DiscordApiError(400, 50006, 'Cannot send an empty message')
export const closedToMessages = () => new DiscordApiError(403, 50007, 'Cannot send messages to this user')
export const missingPermissions = () => new DiscordApiError(403, 50013, 'Missing Permissions')
export const invalidWebhookToken = () => new DiscordApiError(401, 50027, 'Invalid Webhook Token')
export const archivedThread = () => new DiscordApiError(400, 50083, 'Thread is archived')
export const malformedJson = () => new DiscordApiError(400, 50109, 'The request body contains invalid JSON.')
export const threadExists = () =>
  new DiscordApiError(400, 160004, 'A thread has already been created for this message')
export const replyNeedsHistory = () =>
  new DiscordApiError(400, 160002, 'Cannot reply without permission to read message history')

/** Faults in fields, as `{"content":{"_errors":[{code, message}]}}` (developers/reference.mdx, "Error Messages"). */
export function invalidForm(
  path: readonly (string | number)[],
  code: string,
  message: string,
): DiscordApiError {
  const leaf: object = { _errors: [{ code, message }] }
  const errors = path.reduceRight((inner, key) => ({ [key]: inner }), leaf)
  return new DiscordApiError(400, 50035, 'Invalid Form Body', errors)
}

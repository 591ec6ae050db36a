/** The user already has as many unfinished requests as one user may have; asking again later works. */
export class LaneFullError extends Error {
  override readonly name = 'LaneFullError'
  readonly subject: string
  readonly limit: number
  constructor(subject: string, limit: number) {
    super(`${subject} already holds ${limit} unfinished items`)
    this.subject = subject
    this.limit = limit
  }
}

/** Thrown by a handler: trying again cannot help, put the item aside with this reason. */
export class DeadLetterError extends Error {
  override readonly name = 'DeadLetterError'
}

export class NoResponderError extends Error {
  override readonly name = 'NoResponderError'
  readonly subject: string
  constructor(subject: string, options?: ErrorOptions) {
    super(`nobody answers on ${subject}`, options)
    this.subject = subject
  }
}

export class BusTimeoutError extends Error {
  override readonly name = 'BusTimeoutError'
  readonly subject: string
  readonly timeoutMs: number
  constructor(subject: string, timeoutMs: number, options?: ErrorOptions) {
    super(`no answer on ${subject} within ${timeoutMs} ms`, options)
    this.subject = subject
    this.timeoutMs = timeoutMs
  }
}

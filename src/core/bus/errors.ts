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

/** The message broker is away. What was enqueued is safe in the outbox; everything else has to be asked for again. */
export class BusUnavailableError extends Error {
  override readonly name = 'BusUnavailableError'
  constructor(options?: ErrorOptions) {
    super('the message broker does not answer', options)
  }
}

/** A body that no broker would take; nothing was accepted. */
export class MessageTooLargeError extends Error {
  override readonly name = 'MessageTooLargeError'
  readonly bytes: number
  readonly limit: number
  constructor(bytes: number, limit: number) {
    super(`a message of ${bytes} bytes is larger than ${limit} bytes`)
    this.bytes = bytes
    this.limit = limit
  }
}

/** The broker has been away for so long that the local outbox is full; nothing was accepted. */
export class OutboxFullError extends Error {
  override readonly name = 'OutboxFullError'
  readonly items: number
  constructor(items: number) {
    super(`the outbox is full: ${items} items wait for the message broker`)
    this.items = items
  }
}

/** Another process has this file open; two of them would send each item twice. */
export class FileInUseError extends Error {
  override readonly name = 'FileInUseError'
  readonly file: string
  constructor(file: string, options?: ErrorOptions) {
    super(`${file} is in use by another process; give each process its own file`, options)
    this.file = file
  }
}

/** A stream of ours exists with properties that a broker cannot change afterwards. A person has to decide. */
export class StreamConflictError extends Error {
  override readonly name = 'StreamConflictError'
  readonly stream: string
  readonly differences: readonly string[]
  constructor(stream: string, differences: readonly string[]) {
    super(`the stream ${stream} exists with another ${differences.join(', ')}; remove or rename it`)
    this.stream = stream
    this.differences = differences
  }
}

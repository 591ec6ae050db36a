/** The database did not answer in time, or refused us. The address is without password. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError'
  readonly address: string
  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(`PostgreSQL at ${address} cannot be used: ${reason}. Check DATABASE_URL.`, options)
    this.address = address
  }
}

/** The connection was silent for longer than any statement may take. */
export class DatabaseSilentError extends Error {
  override readonly name = 'DatabaseSilentError'
  readonly silentMs: number
  constructor(silentMs: number) {
    super(`PostgreSQL did not answer for ${silentMs} ms`)
    this.silentMs = silentMs
  }
}

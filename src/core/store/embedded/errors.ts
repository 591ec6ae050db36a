/** Every message says what to do; these are read by whoever starts the companion. */

const remedy = 'Set DATABASE_URL to a PostgreSQL server (15 or newer) to use that instead.'

/** The embedded PostgreSQL does not exist for, or cannot run on, this machine. */
export class EmbeddedPostgresUnavailableError extends Error {
  override readonly name = 'EmbeddedPostgresUnavailableError'
  readonly reason: string
  constructor(reason: string, options?: ErrorOptions) {
    super(`The embedded PostgreSQL cannot be used here: ${reason}. ${remedy}`, options)
    this.reason = reason
  }
}

/** Another companion works on this folder now. */
export class EmbeddedPostgresInUseError extends Error {
  override readonly name = 'EmbeddedPostgresInUseError'
  readonly dataDir: string
  readonly pid: number | undefined
  constructor(dataDir: string, pid: number | undefined) {
    const owner = pid === undefined ? 'another companion' : `another companion (process ${pid})`
    super(`${dataDir} is in use by ${owner}. Stop it first, or give this one its own DATA_DIR.`)
    this.dataDir = dataDir
    this.pid = pid
  }
}

/** PostgreSQL was tried and did not start; `detail` is what it said last. */
export class EmbeddedPostgresStartError extends Error {
  override readonly name = 'EmbeddedPostgresStartError'
  readonly dataDir: string
  readonly detail: string
  constructor(dataDir: string, detail: string, options?: ErrorOptions) {
    super(`The embedded PostgreSQL in ${dataDir} did not start: ${detail}. ${remedy}`, options)
    this.dataDir = dataDir
    this.detail = detail
  }
}

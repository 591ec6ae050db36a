export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'
export type LogFields = Readonly<Record<string, unknown>>

/**
 * One JSON object per line. Messages are constant, values go into fields. Never pass what people said, prompts,
 * tokens or secrets: there is no field for them.
 */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds these fields to every line, for example one per turn. */
  child(fields: LogFields): Logger
}

const severity: Record<LogLevel, number> = { debug: 10, info: 20, warn: 30, error: 40, silent: 99 }

export interface LoggerOptions {
  readonly level: LogLevel
  readonly write?: (line: string) => void
  readonly fields?: LogFields
}

export function createLogger({ level, write = writeToStdout, fields = {} }: LoggerOptions): Logger {
  const log = (lineLevel: Exclude<LogLevel, 'silent'>, message: string, extra: LogFields = {}) => {
    if (severity[lineLevel] < severity[level]) return
    const line = { time: new Date().toISOString(), level: lineLevel, message, ...fields, ...extra }
    write(`${JSON.stringify(line, serialize)}\n`)
  }
  return {
    debug: (message, extra) => log('debug', message, extra),
    info: (message, extra) => log('info', message, extra),
    warn: (message, extra) => log('warn', message, extra),
    error: (message, extra) => log('error', message, extra),
    child: (extra) => createLogger({ level, write, fields: { ...fields, ...extra } }),
  }
}

function writeToStdout(line: string): void {
  process.stdout.write(line)
}

/** Errors become name, message, cause and stack; JSON would print `{}`. Control characters are escaped by JSON itself. */
function serialize(_key: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { name, message, stack, cause } = value
    return { name, message, ...(cause === undefined ? {} : { cause }), stack }
  }
  if (typeof value === 'bigint') return value.toString()
  return value
}

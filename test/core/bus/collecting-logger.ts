import { createLogger, type Logger } from '#core/telemetry/logger.ts'

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly message: string }

/** The real logger, with its lines kept for the test to look at. */
export function collectingLogger(): { logger: Logger; lines: LogLine[] } {
  const lines: LogLine[] = []
  const logger = createLogger({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) })
  return { logger, lines }
}

import { createLogger } from '#core/telemetry/logger.ts'
import { type FromWorker, ToWorker, WorkerSetup } from '../worker-messages.ts'
import { MediaCalls } from './media-calls.ts'

/**
 * The media worker, a child of the bot: see ../media-worker.ts. It lives as long as its parent listens, and ends with the
 * first exception that nobody caught, since nothing it holds can be trusted after that.
 */
const logger = createLogger({ level: 'error', fields: { role: 'media' } })
let calls: MediaCalls | undefined

/** What a parent that is just going away does not take is of no interest any more. */
function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message, undefined, {}, () => undefined)
}

process.on('uncaughtException', (error) => {
  logger.error('the media worker met an exception that nobody caught', { error })
  process.exit(1)
})

process.on('message', (raw: unknown) => {
  if (calls === undefined) calls = new MediaCalls(WorkerSetup.parse(raw), tell)
  else calls.handle(ToWorker.parse(raw))
})

process.on('disconnect', () => {
  const ended = calls?.[Symbol.asyncDispose]() ?? Promise.resolve()
  void ended.finally(() => process.exit(0))
})

// The terminal's interrupt goes to all its processes; the parent says when calls are over.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)

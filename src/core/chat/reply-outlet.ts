import { setTimeout as delay } from 'node:timers/promises'
import type { Bus } from '#core/bus/bus.ts'
import { publishReply, recordReply } from '#core/bus/chat-bus.ts'
import { BusUnavailableError } from '#core/bus/errors.ts'
import type { Author } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { ReplyOutlet } from './reply-stream.ts'

export interface OutletOptions {
  readonly bus: Bus
  readonly logger: Logger
  /** Ends the telling of an end that the bus does not take. */
  readonly signal: AbortSignal
}

const retryEveryMs = 500

/** The author's reply subjects. What cannot be sent or kept is logged: the answer itself is in the database. */
export function openOutlet({ bus, logger, signal }: OutletOptions, author: Author): ReplyOutlet {
  const user = userKey(author)
  const publish: ReplyOutlet['publish'] = (event) => publishReply(bus, user, event)
  const warn = ({ turnId, type }: Parameters<typeof publish>[0], error: unknown) =>
    logger.warn('a reply event was not kept for late readers', { turnId, type, error })
  return {
    publish,
    async record(event) {
      await recordReply(bus, user, event).catch((error: unknown) => warn(event, error))
    },
    async keepEnd(event) {
      for (;;) {
        try {
          return await recordReply(bus, user, event)
        } catch (error) {
          warn(event, error)
          if (!(error instanceof BusUnavailableError)) return
        }
        await delay(retryEveryMs, undefined, { signal })
        // Whoever listens lost what was said while the bus was away.
        publish(event)
      }
    },
  }
}

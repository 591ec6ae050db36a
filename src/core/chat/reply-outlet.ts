import type { Bus } from '#core/bus/bus.ts'
import { publishReply, recordReply } from '#core/bus/chat-bus.ts'
import type { Author } from '#core/protocol/chat.ts'
import { userKey } from '#core/protocol/subjects.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { ReplyOutlet } from './reply-stream.ts'

/** The author's reply subjects. What cannot be sent or kept is logged: the answer itself is in the database. */
export function openOutlet({ bus, logger }: { bus: Bus; logger: Logger }, author: Author): ReplyOutlet {
  const user = userKey(author)
  return {
    publish: (event) => publishReply(bus, user, event),
    record: async (event) => {
      try {
        await recordReply(bus, user, event)
      } catch (error) {
        logger.warn('a reply event was not kept for late readers', {
          turnId: event.turnId,
          type: event.type,
          error,
        })
      }
    },
  }
}

import type { Bus } from '#core/bus/bus.ts'
import type { Database } from '#core/store/database.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { RecentSends } from './recent-sends.ts'
import type { UserFeeds } from './user-feeds.ts'

/** What the chat's pages, forms and sockets share. */
export interface ChatDeps {
  readonly bus: Bus
  readonly db: Database
  readonly feeds: UserFeeds
  readonly recent: RecentSends
  readonly logger: Logger
}

import type { Bus } from '#core/bus/bus.ts'
import type { Database } from '#core/store/database.ts'
import type { Overlay } from '#core/store/overlays.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { AvatarStore } from './avatar-store.ts'
import type { StageHub } from './stage-hub.ts'

/** What the stage's sockets and pages share; made once by startWeb. */
export interface StageDeps {
  readonly bus: Bus
  readonly db: Database
  readonly hub: StageHub
  readonly avatars: AvatarStore
  /** Changes with the code that overlays run. */
  readonly build: string
  /** Where the file of the avatar is that an overlay wears. */
  avatarUrlOf(overlay: Pick<Overlay, 'avatar'>): string
  readonly logger: Logger
  /** Milliseconds since the epoch on the clock that stage events carry. */
  readonly now: () => number
}

import type { Bus } from '#core/bus/bus.ts'
import type { Database } from '#core/store/database.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { StageAssets } from '../assets/stage-assets.ts'
import { AvatarStore } from './avatar-store.ts'
import type { StageDeps } from './stage-deps.ts'
import { StageHub } from './stage-hub.ts'

export interface StageOptions {
  readonly bus: Bus
  readonly db: Database
  readonly dataDir: string
  readonly assets: StageAssets
  readonly logger: Logger
  /** Milliseconds since the epoch; the same clock as that of the processes that play sound. */
  readonly now?: (() => number) | undefined
}

export function openStage({ bus, db, dataDir, assets, logger, now = epochMs }: StageOptions): StageDeps {
  return {
    bus,
    db,
    hub: new StageHub({ bus, logger }),
    avatars: new AvatarStore(dataDir),
    build: assets.build,
    avatarUrlOf: ({ avatar }) => (avatar === null ? assets.avatarUrl : `/stage/avatars/${avatar}.vrm`),
    logger,
    now,
  }
}

/** With fractions, and without the jumps of Date when the machine's clock is set; as core/voice/clock.ts makes it. */
function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

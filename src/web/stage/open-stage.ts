import type { Bus } from '#core/bus/bus.ts'
import { followUser } from '#core/bus/chat-bus.ts'
import type { Synthesizer } from '#core/inference/ports.ts'
import { webUserOf } from '#core/protocol/stage-id.ts'
import { chatCancelSubject, everyone, userKey } from '#core/protocol/subjects.ts'
import type { Database } from '#core/store/database.ts'
import type { Logger } from '#core/telemetry/logger.ts'
import type { StageAssets } from '../assets/stage-assets.ts'
import { AvatarStore, avatarUrl } from './avatar-store.ts'
import type { StageDeps } from './stage-deps.ts'
import { type StageFeeder, StageHub } from './stage-hub.ts'

export interface StageOptions {
  readonly bus: Bus
  readonly db: Database
  readonly dataDir: string
  readonly assets: StageAssets
  readonly logger: Logger
  /** Speaks the answers of the chat page. */
  readonly synthesizer: Synthesizer
  readonly voice?: string | undefined
  /** Milliseconds since the epoch; the same clock as that of the processes that play sound. */
  readonly now?: (() => number) | undefined
}

export function openStage(options: StageOptions): StageDeps {
  const { bus, db, dataDir, assets, logger, now = epochMs } = options
  return {
    bus,
    db,
    hub: new StageHub({ bus, logger, feed: chatFeeder(options) }),
    avatars: new AvatarStore(dataDir),
    build: assets.build,
    avatarUrlOf: ({ avatar }) => (avatar === null ? assets.avatarUrl : avatarUrl(avatar)),
    logger,
    now,
  }
}

/** The stages of our own page have no other process that speaks there; the voice is loaded when one is looked at. */
function chatFeeder({ bus, synthesizer, voice, logger }: StageOptions): StageFeeder {
  return async (stage, tell, signal) => {
    const platformUserId = webUserOf(stage)
    if (platformUserId === undefined) return
    // Listening comes first: an answer may begin while the voice is loaded.
    const events = followUser(bus, userKey({ platform: 'web', platformUserId }), { signal })
    const hushes = bus.subscribe(chatCancelSubject(everyone), { signal })
    const { runChatVoice } = await import('./chat-voice.ts')
    await runChatVoice({ events, hushes, synthesizer, voice, tell, logger })
  }
}

/** With fractions, and without the jumps of Date when the machine's clock is set; as core/voice/clock.ts makes it. */
function epochMs(): number {
  return performance.timeOrigin + performance.now()
}

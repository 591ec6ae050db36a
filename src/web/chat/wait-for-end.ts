import type { Database } from '#core/store/database.ts'
import { getTurn } from '#core/store/turns.ts'
import type { FeedLease } from './user-feeds.ts'

export interface WaitOptions {
  readonly db: Database
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

/** Resolves when the turn is over, or the time is, or nothing more will be heard. Listening begins with the call. */
export async function waitForEnd(lease: FeedLease, turn: string, options: WaitOptions): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const giveUp = AbortSignal.any([options.signal, lease.ended, AbortSignal.timeout(options.timeoutMs)])
  giveUp.addEventListener('abort', () => resolve(), { once: true })
  using _reading = lease.feed.read((frame) => {
    if (frame.turn === turn && (frame.type === 'end' || frame.type === 'gone')) resolve()
  })
  // The same form sent again: its end was told long ago.
  const stored = await getTurn(options.db, turn)
  const wasOver = stored !== undefined && stored.status !== 'running'
  if (!wasOver && !giveUp.aborted) await over
}

import type { FeedLease } from './user-feeds.ts'

/** Resolves when the turn is over, or the time is. Listening begins with the call. */
export async function waitForEnd(
  { feed, ended }: FeedLease,
  turn: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const over = AbortSignal.any([signal, ended, AbortSignal.timeout(timeoutMs)])
  over.addEventListener('abort', () => resolve(), { once: true })
  if (over.aborted) return
  using _reading = feed.read((frame) => {
    if (frame.turn === turn && (frame.type === 'end' || frame.type === 'gone')) resolve()
  })
  await promise
}

/**
 * Closed: calls pass. Open: calls are refused for a while. Half-open: one call is let through to try.
 * Opens after `threshold` failures in a row; each failed trial doubles the wait, up to `maxOpenMs`.
 */
export interface BreakerOptions {
  readonly threshold?: number
  readonly openMs?: number
  readonly maxOpenMs?: number
  readonly onChange?: (state: 'open' | 'closed') => void
  readonly now?: () => number
}

/** One call that the breaker let through. Only the first verdict counts. */
export interface BreakerCall {
  /** The first byte came: enough to let others try again, not yet enough to forget the failures. */
  answered(): void
  succeeded(): void
  failed(): void
  /** Says nothing about the service: the caller went away, or it only asked for patience. */
  abandoned(): void
}

export interface Breaker {
  /** Undefined: refused, ask `retryAfterMs()`. */
  enter(): BreakerCall | undefined
  retryAfterMs(): number
}

type State =
  | { readonly type: 'closed' }
  | { readonly type: 'open'; readonly untilMs: number }
  | { readonly type: 'half-open' }

export function createBreaker(options: BreakerOptions = {}): Breaker {
  const {
    threshold = 5,
    openMs = 2_000,
    maxOpenMs = 15_000,
    onChange,
    now = () => performance.now(),
  } = options
  let state: State = { type: 'closed' }
  let failuresInARow = 0
  let nextOpenMs = openMs

  function open() {
    state = { type: 'open', untilMs: now() + nextOpenMs }
    nextOpenMs = Math.min(nextOpenMs * 2, maxOpenMs)
    onChange?.('open')
  }

  function close() {
    if (nextOpenMs !== openMs) onChange?.('closed')
    state = { type: 'closed' }
    failuresInARow = 0
    nextOpenMs = openMs
  }

  function enter(): BreakerCall | undefined {
    if (retryAfterMs() > 0) return undefined
    const isTrial = state.type !== 'closed'
    if (isTrial) state = { type: 'half-open' }
    let isSettled = false
    const settle = (verdict: () => void) => () => {
      if (isSettled) return
      isSettled = true
      verdict()
    }
    return {
      answered() {
        if (!isTrial || isSettled || state.type !== 'half-open') return
        state = { type: 'closed' }
        failuresInARow = threshold - 1
      },
      succeeded: settle(() => {
        if (isTrial || state.type === 'closed') close()
      }),
      failed: settle(() => {
        failuresInARow += 1
        if (state.type === 'half-open' ? isTrial : state.type === 'closed' && failuresInARow >= threshold)
          open()
      }),
      abandoned: settle(() => {
        // Nothing was learned: the next call may try at once.
        if (isTrial && state.type === 'half-open') state = { type: 'open', untilMs: now() }
      }),
    }
  }

  function retryAfterMs(): number {
    if (state.type === 'half-open') return openMs
    return state.type === 'open' ? Math.max(0, state.untilMs - now()) : 0
  }

  return { enter, retryAfterMs }
}

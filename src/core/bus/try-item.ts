import type { Logger } from '#core/telemetry/logger.ts'
import type { BusMessage, Delivery } from './bus.ts'
import { reasonOf } from './dead-letter.ts'
import { DeadLetterError } from './errors.ts'
import { handBackMs } from './limits.ts'
import { backoffAfter, type RetryPolicy } from './retry.ts'
import { settlesWithin } from './within.ts'

export interface TryOptions {
  readonly retry: RetryPolicy
  readonly logger: Logger
  readonly handle: (delivery: Delivery) => Promise<void>
  /** Stores a dead letter; the item is finished only when that has worked. */
  readonly putAside: (message: BusMessage, reason: string) => Promise<void>
  /** What handlers see as their signal. */
  readonly signal: AbortSignal
}

export type TryOutcome = 'done' | 'put-aside' | { readonly retryAfterMs: number }

/** One try at an item: handled, put aside, or to be tried again. Never rejects. */
export async function tryItem(
  item: BusMessage & { readonly sequence: number },
  tries: number,
  options: TryOptions,
): Promise<TryOutcome> {
  const { retry, logger, putAside, signal } = options
  const failure =
    tries > retry.maxTries ? { error: new DiedEveryTimeError() } : await handle(item, tries, options)
  if (!failure) return 'done'
  if (signal.aborted) return { retryAfterMs: 0 }
  const { error } = failure
  const isLast = tries >= retry.maxTries || error instanceof DeadLetterError
  logger.warn('bus: an item failed', { tries, isLast, error })
  if (!isLast) return { retryAfterMs: backoffAfter(retry, tries) }
  try {
    await putAside(item, reasonOf(error))
    return 'put-aside'
  } catch (fault) {
    logger.error('bus: a dead letter could not be stored, its item stays', { error: fault })
    return { retryAfterMs: backoffAfter(retry, tries) }
  }
}

/** Nobody has rejected the item, yet it was begun more often than it may be. */
class DiedEveryTimeError extends Error {
  override readonly name = 'DiedEveryTimeError'
  constructor() {
    super('the process died at every try')
  }
}

/** What the handler rejected with, if it did. Each item has a signal of its own; a shared one would collect listeners. */
async function handle(
  { subject, body, headers, sequence }: BusMessage & { readonly sequence: number },
  deliveryCount: number,
  { handle, signal }: TryOptions,
): Promise<{ error: unknown } | undefined> {
  const controller = new AbortController()
  const abort = () => controller.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  if (signal.aborted) abort()
  try {
    await handle({ subject, body, headers, sequence, deliveryCount, signal: controller.signal })
    return undefined
  } catch (error) {
    return { error }
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

/** Lets running handlers finish for `graceMs`, then tells them to stop, then waits no longer than a handler may take. */
export async function windDown(
  running: Iterable<Promise<unknown>>,
  handlers: AbortController,
  { graceMs = 0, reason }: { graceMs?: number | undefined; reason: unknown },
): Promise<void> {
  const finished = Promise.all(running)
  if (graceMs > 0 && !handlers.signal.aborted) {
    const graceOver = new Promise((resolve) =>
      handlers.signal.addEventListener('abort', resolve, { once: true }),
    )
    await settlesWithin(Promise.race([finished, graceOver]), graceMs)
  }
  handlers.abort(reason)
  await settlesWithin(finished, handBackMs)
}

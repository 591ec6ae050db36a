import type { Clock } from '../clock.ts'

export interface RateLimit {
  readonly limit: number
  readonly windowMs: number
}

export interface RateLimitOptions {
  /** Per bucket and major parameter; `default` for buckets that are not named. */
  readonly buckets: Readonly<Record<string, RateLimit>>
  /** Requests a second over all routes but the interactions' (topics/rate-limits.mdx, "Global Rate Limit"). */
  readonly globalPerSecond: number
  /** Invalid requests (401, 403, 429) in ten minutes after which the address is shut out. */
  readonly invalidPerTenMinutes: number
}

/**
 * Discord tells a route's limit only in its headers and asks not to hard-code it. These are the numbers commonly
 * seen; the message ones are what a streaming answer meets.
 */
export const discordRateLimits: RateLimitOptions = {
  buckets: {
    default: { limit: 50, windowMs: 1_000 },
    'message.create': { limit: 5, windowMs: 5_000 },
    'message.edit': { limit: 5, windowMs: 5_000 },
    'message.delete': { limit: 5, windowMs: 1_000 },
    typing: { limit: 5, windowMs: 5_000 },
    reaction: { limit: 1, windowMs: 250 },
    'webhook.write': { limit: 5, windowMs: 5_000 },
    'thread.create': { limit: 50, windowMs: 300_000 },
  },
  globalPerSecond: 50,
  invalidPerTenMinutes: 10_000,
}

export interface BucketState {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  readonly resetAfterMs: number
  readonly resetAtMs: number
}

/** A fixed window that begins with its first request, per key. */
export class WindowCounter {
  readonly #windows = new Map<string, { count: number; endsAt: number }>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  take(key: string, { limit, windowMs }: RateLimit): BucketState {
    const now = this.#clock.now()
    const known = this.#windows.get(key)
    const window = known !== undefined && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs }
    this.#windows.set(key, window)
    const allowed = window.count < limit
    if (allowed) window.count += 1
    return {
      allowed,
      limit,
      remaining: limit - window.count,
      resetAfterMs: window.endsAt - now,
      resetAtMs: window.endsAt,
    }
  }
}

export function bucketHeaders(bucketId: string, state: BucketState): Record<string, string> {
  return {
    'x-ratelimit-limit': String(state.limit),
    'x-ratelimit-remaining': String(state.remaining),
    'x-ratelimit-reset': (state.resetAtMs / 1_000).toFixed(3),
    'x-ratelimit-reset-after': (state.resetAfterMs / 1_000).toFixed(3),
    'x-ratelimit-bucket': bucketId,
  }
}

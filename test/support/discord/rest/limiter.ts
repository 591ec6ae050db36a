import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type BucketState, bucketHeaders, type RateLimitOptions, WindowCounter } from './rate-limits.ts'
import type { RouteMatch } from './route.ts'

export interface Verdict {
  readonly headers: Record<string, string>
  /** Present when the request is refused. */
  readonly refused?: { scope: 'user' | 'global'; retryAfterMs: number }
}

const tenMinutesMs = 600_000

/** Decides about each request as Discord's edge does, and counts the invalid ones. */
export class RateLimiter {
  readonly #windows: WindowCounter
  readonly #clock: Clock
  readonly #invalidAt: number[] = []
  #options: RateLimitOptions | undefined

  constructor(clock: Clock, options: RateLimitOptions | undefined) {
    this.#clock = clock
    this.#windows = new WindowCounter(clock)
    this.#options = options
  }

  /** Other limits from now on; undefined switches them off. */
  set limits(options: RateLimitOptions | undefined) {
    this.#options = options
  }

  admit(match: RouteMatch): Verdict {
    if (this.#options === undefined) return { headers: {} }
    const { buckets, globalPerSecond } = this.#options
    const bucket = match.route.bucket ?? `${match.route.method} ${match.route.path}`
    const limit = buckets[bucket] ?? buckets.default ?? { limit: 50, windowMs: 1_000 }
    const state = this.#windows.take(`${bucket} ${majorParameter(match)}`, limit)
    if (!state.allowed) return refusal('user', state, bucketHeaders(hashed(bucket), state))
    if (match.route.needsToken !== false) {
      const global = this.#windows.take('global', { limit: globalPerSecond, windowMs: 1_000 })
      if (!global.allowed) return refusal('global', global, { 'x-ratelimit-global': 'true' })
    }
    return { headers: bucketHeaders(hashed(bucket), state) }
  }

  countInvalid(): void {
    this.#invalidAt.push(this.#clock.now())
  }

  /** Requests answered with 401, 403 or 429 in the last ten minutes. */
  get invalidRequests(): number {
    const since = this.#clock.now() - tenMinutesMs
    return this.#invalidAt.filter((at) => at > since).length
  }

  get isShutOut(): boolean {
    return this.#options !== undefined && this.invalidRequests >= this.#options.invalidPerTenMinutes
  }
}

function refusal(scope: 'user' | 'global', state: BucketState, headers: Record<string, string>): Verdict {
  return {
    headers: {
      ...headers,
      'retry-after': String(Math.ceil(state.resetAfterMs / 1_000)),
      'x-ratelimit-scope': scope,
    },
    refused: { scope, retryAfterMs: state.resetAfterMs },
  }
}

/** Buckets are counted apart per channel, guild and webhook (topics/rate-limits.mdx, "Per-Route"). */
function majorParameter({ params }: RouteMatch): string {
  return params.channelId ?? params.guildId ?? params.token ?? ''
}

function hashed(bucket: string): string {
  return createHash('sha256').update(bucket).digest('hex').slice(0, 32)
}

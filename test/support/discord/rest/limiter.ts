import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { RateLimitedError } from './rate-limited-error.ts'
import { bucketHeaders, type RateLimitOptions, WindowCounter } from './rate-limits.ts'
import type { RouteMatch } from './route.ts'

const tenMinutesMs = 600_000
const unnamedBucket = { limit: 50, windowMs: 1_000 }

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

  /** Returns the headers for the answer; throws RateLimitedError for one request too many. */
  admit(match: RouteMatch): Record<string, string> {
    if (this.#options === undefined) return {}
    const bucket = match.route.bucket ?? `${match.route.method} ${match.route.path}`
    const headers = this.#takeFromBucket(bucket, majorParameter(match), this.#options)
    if (match.route.needsToken !== false) this.#takeGlobally(this.#options)
    return headers
  }

  #takeFromBucket(bucket: string, major: string, { buckets }: RateLimitOptions): Record<string, string> {
    const limit = buckets[bucket] ?? buckets.default ?? unnamedBucket
    const state = this.#windows.take(`${bucket} ${major}`, limit)
    const headers = bucketHeaders(hashed(bucket), state)
    if (!state.allowed) throw new RateLimitedError('user', state.resetAfterMs, headers)
    return headers
  }

  #takeGlobally({ globalPerSecond }: RateLimitOptions): void {
    const state = this.#windows.take('global', { limit: globalPerSecond, windowMs: 1_000 })
    if (!state.allowed) throw new RateLimitedError('global', state.resetAfterMs)
  }

  countInvalid(): void {
    this.#invalidAt.push(this.#clock.now())
  }

  /** Requests answered with 401, 403 or 429 in the last ten minutes; 429s of a shared resource do not count. */
  get invalidRequests(): number {
    const since = this.#clock.now() - tenMinutesMs
    return this.#invalidAt.filter((at) => at > since).length
  }

  /** Too many invalid requests: the edge answers everything with 429 and no JSON. */
  get isShutOut(): boolean {
    return this.#options !== undefined && this.invalidRequests >= this.#options.invalidPerTenMinutes
  }
}

/** Buckets are counted apart per channel, guild and webhook (topics/rate-limits.mdx, "Per-Route"). */
function majorParameter({ params }: RouteMatch): string {
  return params.channelId ?? params.guildId ?? params.token ?? ''
}

function hashed(bucket: string): string {
  return createHash('sha256').update(bucket).digest('hex').slice(0, 32)
}

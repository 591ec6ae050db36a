export type RateLimitScope = 'user' | 'global' | 'shared'

/** A 429 with the headers and the body of topics/rate-limits.mdx, "Exceeding A Rate Limit". */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError'
  readonly scope: RateLimitScope
  readonly retryAfterMs: number
  readonly #bucketHeaders: Record<string, string>

  constructor(scope: RateLimitScope, retryAfterMs: number, bucketHeaders: Record<string, string> = {}) {
    super(scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.')
    this.scope = scope
    this.retryAfterMs = retryAfterMs
    this.#bucketHeaders = bucketHeaders
  }

  get headers(): Record<string, string> {
    return {
      ...this.#bucketHeaders,
      'retry-after': String(Math.ceil(this.retryAfterMs / 1_000)),
      'x-ratelimit-scope': this.scope,
      ...(this.scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
    }
  }

  toJSON(): object {
    return {
      message: this.message,
      retry_after: this.retryAfterMs / 1_000,
      global: this.scope === 'global',
    }
  }
}

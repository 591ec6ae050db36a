import { isIPv6 } from 'node:net'

const maxKeys = 10_000

export interface Allowance {
  readonly count: number
  readonly perMs: number
}

/** How often each key may do something: a bucket that refills evenly. Of more than 10,000 keys the oldest are forgotten. */
export class RateLimit {
  readonly #allowance: Allowance
  readonly #now: () => number
  readonly #buckets = new Map<string, { left: number; at: number }>()

  constructor(allowance: Allowance, now: () => number = Date.now) {
    this.#allowance = allowance
    this.#now = now
  }

  take(key: string): boolean {
    const { count, perMs } = this.#allowance
    const now = this.#now()
    const bucket = this.#buckets.get(key) ?? { left: count, at: now }
    const left = Math.min(count, bucket.left + (Math.max(0, now - bucket.at) * count) / perMs)
    this.#buckets.delete(key)
    this.#buckets.set(key, { left: left >= 1 ? left - 1 : left, at: now })
    this.#forgetOldest()
    return left >= 1
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > maxKeys && oldest !== undefined) this.#buckets.delete(oldest)
  }
}

/** One household, one key: an IPv6 customer has a /64 at least, and mapped IPv4 is IPv4. */
export function addressKey(address: string | undefined): string {
  if (address === undefined) return ''
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  return isIPv6(address) ? expand(address).slice(0, 4).join(':') : address
}

function expand(address: string): string[] {
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::')
  const front = head.split(':').filter(Boolean)
  const back = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - front.length - back.length)).fill('0')
  return [...front, ...zeros, ...back]
}

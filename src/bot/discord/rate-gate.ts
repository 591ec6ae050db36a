import { RecentMap } from './recent-map.ts'

/** Lets something through once per key and interval; for what is kind to say once and a nuisance to repeat. */
export class RateGate {
  readonly #openAt = new RecentMap<string, number>(5_000)
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  passes(key: string, intervalMs: number): boolean {
    const now = this.#now()
    if (now < (this.#openAt.get(key) ?? 0)) return false
    this.#openAt.set(key, now + intervalMs)
    return true
  }
}

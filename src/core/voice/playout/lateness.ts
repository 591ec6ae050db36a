const bucketMs = 0.1
const bucketCount = 1_000

/** How late frames were sent, as a histogram up to 100 ms, so that measuring all day costs nothing. */
export class Lateness {
  readonly #buckets = new Uint32Array(bucketCount)
  #count = 0
  maxMs = 0

  get count(): number {
    return this.#count
  }

  add(lateMs: number): void {
    const bucket = Math.min(bucketCount - 1, Math.max(0, Math.floor(lateMs / bucketMs)))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count++
    this.maxMs = Math.max(this.maxMs, lateMs)
  }

  /** Upper bound of the lateness that `share` (0 to 1) of the frames did not exceed; 0 when there were none. */
  percentileMs(share: number): number {
    let left = Math.ceil(this.#count * share)
    if (left === 0) return 0
    const bucket = this.#buckets.findIndex((count) => {
      left -= count
      return left <= 0
    })
    return (bucket + 1) * bucketMs
  }

  reset(): void {
    this.#buckets.fill(0)
    this.#count = 0
    this.maxMs = 0
  }
}

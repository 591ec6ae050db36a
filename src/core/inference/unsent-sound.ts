/** Sound that waits for a connection: what is more than it holds is dropped, oldest first. */
export class UnsentSound {
  readonly #maxSamples: number
  #blocks: Int16Array[] = []
  #samples = 0
  /** Some was dropped: the transcript has a hole. */
  hasDropped = false

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples
  }

  add(block: Int16Array): void {
    this.#blocks.push(block)
    this.#samples += block.length
    while (this.#samples > this.#maxSamples && this.#blocks.length > 1) {
      this.take()
      this.hasDropped = true
    }
  }

  take(): Int16Array | undefined {
    const block = this.#blocks.shift()
    this.#samples -= block?.length ?? 0
    return block
  }
}

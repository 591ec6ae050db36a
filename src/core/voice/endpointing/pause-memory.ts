/** How much of the old stays with each new pause. */
const alpha = 0.9
/** Shorter ones are the gaps between words, longer ones are the start of something else. */
const [shortestMs, longestMs] = [150, 2_000]

/** A speaker's usual pause in the middle of a turn, learned only from silences after which they went on. */
export class PauseMemory {
  #averageMs: number | undefined

  get averageMs(): number | undefined {
    return this.#averageMs
  }

  learn(pauseMs: number): void {
    if (pauseMs < shortestMs || pauseMs > longestMs) return
    this.#averageMs =
      this.#averageMs === undefined ? pauseMs : alpha * this.#averageMs + (1 - alpha) * pauseMs
  }
}

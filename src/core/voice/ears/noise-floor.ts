/** Quieter than any room: nothing is known about the noise yet. */
const quietDbfs = -60
/** Share of each window of noise in the mean and the spread: about a second's memory. */
const adaptation = 0.04
const [leastSpreadDb, mostSpreadDb] = [1, 3]
/** The quietest moment of the last 2 s is noise, whatever else is taken for speech. */
const [momentWindows, historyMoments] = [5, 60]

/**
 * How loud one microphone's surroundings are, learned between words. Voices in the background are speech to any
 * detector; what tells them from the one at the microphone is that this one is louder than them.
 */
export class NoiseFloor {
  #meanDb = quietDbfs
  #variance = 4
  readonly #levels: number[] = []
  readonly #moments: number[] = []

  get meanDb(): number {
    return this.#meanDb
  }

  get spreadDb(): number {
    return Math.min(mostSpreadDb, Math.max(leastSpreadDb, Math.sqrt(this.#variance)))
  }

  /** `certainty`: 1 between turns, less in the gaps between words, 0 while a word is heard. */
  hear(levelDb: number, certainty: number): void {
    this.#remember(levelDb)
    const aboveDb = levelDb - this.#meanDb
    // A sound in a gap that is far off the mean is the end of a word.
    if (certainty === 1 || (certainty > 0 && Math.abs(aboveDb) < 3 * this.spreadDb))
      this.#adapt(aboveDb, adaptation * certainty)
    this.#followQuietest()
    if (aboveDb < -3 * this.spreadDb) this.#meanDb += 0.2 * aboveDb
  }

  /** A muted moment, as noise suppression leaves between words: what is around it is no noise for lasting long. */
  hearNothing(): void {
    this.#remember(quietDbfs)
  }

  #adapt(aboveDb: number, share: number): void {
    this.#meanDb += share * aboveDb
    this.#variance += share * (aboveDb * aboveDb - this.#variance)
  }

  #remember(levelDb: number): void {
    this.#levels.push(levelDb)
    if (this.#levels.length < momentWindows) return
    this.#moments.push(this.#levels.reduce((sum, level) => sum + level, 0) / momentWindows)
    this.#levels.shift()
    if (this.#moments.length > historyMoments) this.#moments.shift()
  }

  /** Noise that begins, or grows, during what seems to be speech. */
  #followQuietest(): void {
    if (this.#moments.length < historyMoments) return
    const aboveDb = Math.min(...this.#moments) - this.#meanDb
    if (aboveDb > 0.5) this.#meanDb += 0.1 * aboveDb
  }
}

import { NoiseFloor } from './noise-floor.ts'

export interface SpeechGateSettings {
  /** Speech begins at this probability ... */
  readonly onProbability: number
  /** ... and lasts down to this one. */
  readonly offProbability: number
  /** While our own voice may come back as echo. */
  readonly onProbabilityWhilePlaying: number
  /** How far above the noise speech begins: in dB, and in spreads of the noise; the larger counts. */
  readonly onAboveNoise: { readonly db: number; readonly spreads: number }
  readonly offAboveNoise: { readonly db: number; readonly spreads: number }
  /** Speech also lasts while the mean of the last three windows is so many spreads above the noise: soft syllables. */
  readonly offMeanSpreads: number
}

/** Silero's own thresholds; the distances from the noise are the best of those tried in test/bench/turn-taking.ts. */
export const defaultSpeechGate: SpeechGateSettings = {
  onProbability: 0.5,
  offProbability: 0.35,
  onProbabilityWhilePlaying: 0.6,
  onAboveNoise: { db: 4, spreads: 2.5 },
  offAboveNoise: { db: 2.5, spreads: 2 },
  offMeanSpreads: 1.6,
}

/**
 * Where the background is no speech to the detector (music, traffic), a window that certainly is needs hardly to be
 * louder than it.
 */
const [foreignBackground, certainly, certainlyAboveDb] = [0.3, 0.9, 1]
/** How much each window of background says of the background. */
const backgroundAdaptation = 0.02

/** For so many windows after speech it takes less to be speech. */
const openWindows = 7

/** Quieter than any microphone: restored or muted silence, from which nothing is learned about the surroundings. */
export const nothingDbfs = -70

/** Whether each window is speech of the person at the microphone. */
export class SpeechGate {
  readonly #settings: SpeechGateSettings
  readonly #noise = new NoiseFloor()
  #lastLevels: readonly number[] = []
  #windowsSinceSpeech = openWindows
  /** What the detector usually says of the background. */
  #backgroundProbability = 0.5
  isPlaying = false

  constructor(settings: SpeechGateSettings) {
    this.#settings = settings
  }

  judge(probability: number, levelDb: number): boolean {
    const isOpen = this.#windowsSinceSpeech < openWindows
    const aboveDb = levelDb - this.#noise.meanDb
    this.#lastLevels = [...this.#lastLevels.slice(-2), levelDb]
    const isLoud = aboveDb >= this.#distanceDb(isOpen) || (isOpen && this.#isLoudOnTheWhole())
    const isSpeech =
      (isLoud && probability >= this.#threshold(isOpen)) || this.#isCertain(probability, aboveDb)
    this.#windowsSinceSpeech = isSpeech ? 0 : this.#windowsSinceSpeech + 1
    if (levelDb > nothingDbfs) this.#learn(probability, levelDb, isSpeech, isLoud)
    else this.#noise.hearNothing()
    return isSpeech
  }

  reset(): void {
    this.#windowsSinceSpeech = openWindows
  }

  #threshold(isOpen: boolean): number {
    const { onProbability, offProbability, onProbabilityWhilePlaying } = this.#settings
    if (isOpen) return offProbability
    return this.isPlaying ? onProbabilityWhilePlaying : onProbability
  }

  #distanceDb(isOpen: boolean): number {
    const { db, spreads } = isOpen ? this.#settings.offAboveNoise : this.#settings.onAboveNoise
    return Math.max(db, spreads * this.#noise.spreadDb)
  }

  #isLoudOnTheWhole(): boolean {
    const meanDb = this.#lastLevels.reduce((sum, level) => sum + level, 0) / this.#lastLevels.length
    return meanDb - this.#noise.meanDb >= this.#settings.offMeanSpreads * this.#noise.spreadDb
  }

  #isCertain(probability: number, aboveDb: number): boolean {
    return (
      this.#backgroundProbability < foreignBackground &&
      probability >= certainly &&
      aboveDb >= certainlyAboveDb
    )
  }

  #learn(probability: number, levelDb: number, isSpeech: boolean, isLoud: boolean): void {
    const isBetweenTurns = !isSpeech && this.#windowsSinceSpeech >= openWindows
    if (isBetweenTurns || !isLoud)
      this.#backgroundProbability += backgroundAdaptation * (probability - this.#backgroundProbability)
    this.#noise.hear(levelDb, isBetweenTurns ? 1 : this.#windowsSinceSpeech >= 2 ? 0.5 : 0)
  }
}

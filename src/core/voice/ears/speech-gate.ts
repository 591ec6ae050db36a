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
}

/** Silero's own thresholds; the distances from the noise are the best of those tried in test/bench/turn-taking.ts. */
export const defaultSpeechGate: SpeechGateSettings = {
  onProbability: 0.5,
  offProbability: 0.35,
  onProbabilityWhilePlaying: 0.6,
  onAboveNoise: { db: 4, spreads: 2.5 },
  offAboveNoise: { db: 2.5, spreads: 2 },
}

/** For so many windows after speech it takes less to be speech. */
const openWindows = 7

/** Quieter than any microphone: restored or muted silence, from which nothing is learned about the surroundings. */
export const nothingDbfs = -70

/** Whether each window is speech of the person at the microphone. */
export class SpeechGate {
  readonly #settings: SpeechGateSettings
  readonly #noise = new NoiseFloor()
  #windowsSinceSpeech = openWindows
  isPlaying = false

  constructor(settings: SpeechGateSettings) {
    this.#settings = settings
  }

  judge(probability: number, levelDb: number): boolean {
    const isOpen = this.#windowsSinceSpeech < openWindows
    const isSpeech = this.#isSpeech(probability, levelDb, isOpen)
    this.#windowsSinceSpeech = isSpeech ? 0 : this.#windowsSinceSpeech + 1
    if (levelDb > nothingDbfs) this.#noise.hear(levelDb, this.#noiseCertainty(isSpeech))
    return isSpeech
  }

  reset(): void {
    this.#windowsSinceSpeech = openWindows
  }

  #isSpeech(probability: number, levelDb: number, isOpen: boolean): boolean {
    const { onProbability, offProbability, onProbabilityWhilePlaying } = this.#settings
    const on = this.isPlaying ? onProbabilityWhilePlaying : onProbability
    const { db, spreads } = isOpen ? this.#settings.offAboveNoise : this.#settings.onAboveNoise
    const aboveDb = levelDb - this.#noise.meanDb
    return (
      probability >= (isOpen ? offProbability : on) && aboveDb >= Math.max(db, spreads * this.#noise.spreadDb)
    )
  }

  #noiseCertainty(isSpeech: boolean): number {
    if (!isSpeech && this.#windowsSinceSpeech >= openWindows) return 1
    return this.#windowsSinceSpeech >= 2 ? 0.5 : 0
  }
}

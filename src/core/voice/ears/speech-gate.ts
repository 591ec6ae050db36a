export interface SpeechGateSettings {
  /** Speech begins at this probability ... */
  readonly onProbability: number
  /** ... and lasts down to this one. */
  readonly offProbability: number
  /** While our own voice may come back as echo. */
  readonly onProbabilityWhilePlaying: number
}

/** Silero's own thresholds and hysteresis. */
export const defaultSpeechGate: SpeechGateSettings = {
  onProbability: 0.5,
  offProbability: 0.35,
  onProbabilityWhilePlaying: 0.6,
}

/** Whether each window is speech, from its probability. */
export class SpeechGate {
  readonly #settings: SpeechGateSettings
  #isOpen = false
  isPlaying = false

  constructor(settings: SpeechGateSettings) {
    this.#settings = settings
  }

  judge(probability: number): boolean {
    const { onProbability, offProbability, onProbabilityWhilePlaying } = this.#settings
    const on = this.isPlaying ? onProbabilityWhilePlaying : onProbability
    this.#isOpen = probability >= (this.#isOpen ? offProbability : on)
    return this.#isOpen
  }

  reset(): void {
    this.#isOpen = false
  }
}

import { InferenceError } from '#core/inference/errors.ts'
import { explainToPerson } from '#core/inference/explain.ts'
import type { Logger } from '#core/telemetry/logger.ts'

export type VoiceService = 'stt' | 'llm' | 'tts'

export const noRecogniserSentence =
  "I can hear that somebody speaks, but I can't understand it: no speech recogniser is set up. Write to me instead; whoever runs me can set STT_URL."

/** Tells people once per outage what does not work, and the log why. */
export class Outages {
  readonly #notify: (sentence: string) => void
  readonly #logger: Logger
  readonly #broken = new Set<VoiceService>()

  constructor({ notify, logger }: { notify: (sentence: string) => void; logger: Logger }) {
    this.#notify = notify
    this.#logger = logger
  }

  /** The sentence is made for people already, for example by the turn. */
  tell(service: VoiceService, sentence: string): void {
    if (this.#broken.has(service)) return
    this.#broken.add(service)
    this.#notify(sentence)
  }

  failed(service: VoiceService, error: unknown): void {
    if (!this.#broken.has(service)) this.#logger.warn('a voice service failed', { service, error })
    this.tell(service, error instanceof InferenceError ? explainToPerson(error) : unexplained[service])
  }

  worked(service: VoiceService): void {
    this.#broken.delete(service)
  }
}

const unexplained: Record<VoiceService, string> = {
  stt: "I couldn't understand that: the speech recogniser failed. Say it again in a moment, or write to me.",
  llm: "I couldn't find an answer: the language model failed. Try again in a moment.",
  tts: "I can't speak right now: the voice failed. I go on in writing where I can; try again in a moment.",
}

import type { AnswerPiece } from '#core/chat/expression-tags.ts'
import type { Synthesizer } from '#core/inference/ports.ts'
import type { VoiceClock } from '../clock.ts'
import { HandOver } from './hand-over.ts'
import { makeSentence, type SentenceAudio } from './sentence-audio.ts'
import { type Sentence, toSentences } from './sentences.ts'

/** Sentences that are made beforehand, besides the one that is played. */
const lookAhead = 2

interface SentenceMakerOptions {
  readonly synthesizer: Synthesizer
  readonly voice?: string
  readonly clock: VoiceClock
  readonly signal: AbortSignal
}

/** A sentence and its sound; none when there are only faces. */
export interface MadeSentence {
  readonly sentence: Sentence
  readonly audio?: SentenceAudio
}

/** Turns an answer into sentences that sound, in order, a bounded number ahead. */
export class SentenceMaker {
  /** Ends with the answer's fault; a voice's fault is thrown by the sentence that it hit. */
  readonly made = new HandOver<MadeSentence>(lookAhead)
  firstSentenceMs: number | undefined
  firstByteMs: number | undefined
  readonly #options: SentenceMakerOptions
  readonly #stopped = new AbortController()

  constructor(options: SentenceMakerOptions) {
    this.#options = options
  }

  /** Resolves when the answer and all its sentences are done with, or soon after `stop`. Never rejects. */
  async make(pieces: AsyncIterable<AnswerPiece>): Promise<void> {
    const { clock } = this.#options
    const signal = AbortSignal.any([this.#options.signal, this.#stopped.signal])
    const running: Promise<void>[] = []
    try {
      for await (const sentence of toSentences(pieces, { clock, signal })) {
        const audio = sentence.text === '' ? undefined : this.#start(sentence, signal)
        if (audio) running.push(audio.done)
        if (!(await this.made.give({ sentence, ...(audio ? { audio } : {}) }))) break
      }
      this.made.end()
    } catch (fault) {
      this.made.end({ fault })
    }
    await Promise.all(running)
  }

  /** Nobody wants any more of it: closes the requests to the services. */
  stop(): void {
    this.#stopped.abort()
    this.made.end()
  }

  #start(sentence: Sentence, signal: AbortSignal) {
    const { clock, synthesizer, voice } = this.#options
    this.firstSentenceMs ??= clock.now()
    const onFirstByte = () => {
      this.firstByteMs ??= clock.now()
    }
    return makeSentence(sentence, { synthesizer, voice, onFirstByte, signal })
  }
}

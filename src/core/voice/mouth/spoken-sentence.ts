import { toWords, type Word } from './spoken-words.ts'

/** 15 letters a second, until the voice has shown how fast it is. */
const customaryFramesPerChar = 3.3

/** How fast a voice speaks, learned from the sentences it has finished. */
export class Pace {
  #chars = 0
  #frames = 0

  learn(chars: number, voicedFrames: number): void {
    this.#chars += chars
    this.#frames += voicedFrames
  }

  predict(chars: number): number {
    return chars * (this.#chars < 20 ? customaryFramesPerChar : this.#frames / this.#chars)
  }
}

/** When the words of one sentence are heard, estimated from how its voiced frames share out among its letters. */
export class SpokenSentence {
  readonly text: string
  readonly words: readonly Word[]
  readonly firstFrame: number
  readonly #pace: Pace
  /** Indexes, within the sentence, of the frames that are not pauses. */
  readonly #voiced: number[] = []
  #frameCount = 0
  #expectedFrames = 0
  #isComplete = false

  constructor(options: { readonly text: string; readonly firstFrame: number; readonly pace: Pace }) {
    this.text = options.text
    this.words = toWords(options.text)
    this.firstFrame = options.firstFrame
    this.#pace = options.pace
  }

  /** How many voiced frames there will be, when the voice is done with the sentence before all of it was heard. */
  expect(voicedFrames: number): void {
    this.#expectedFrames = voicedFrames
  }

  add(isVoiced: boolean): void {
    if (isVoiced) this.#voiced.push(this.#frameCount)
    this.#frameCount++
  }

  complete(): void {
    this.#isComplete = true
    this.#pace.learn(this.text.length, this.#voiced.length)
  }

  /** The frame of the utterance at which a share (0 to 1) of the sentence has been said. */
  frameAt(share: number): number {
    const wanted = share * this.#voicedTotal()
    const ahead = wanted - this.#voiced.length
    if (ahead > 0) return this.firstFrame + this.#frameCount + Math.round(ahead)
    if (wanted < 1) return this.firstFrame + (share === 0 ? 0 : 1)
    return this.firstFrame + (this.#voiced[Math.ceil(wanted) - 1] ?? 0) + 1
  }

  /** The words that were heard to their end when `framesPlayed` frames of the utterance were. */
  heardWords(framesPlayed: number): string[] {
    if (framesPlayed <= this.firstFrame || this.#voiced.length === 0) return []
    return this.words.filter(({ until }) => this.frameAt(until) <= framesPlayed).map(({ text }) => text)
  }

  #voicedTotal(): number {
    if (this.#isComplete) return this.#voiced.length
    // Never less than one frame more than there is: the end has not come yet.
    return Math.max(this.#expectedFrames || this.#pace.predict(this.text.length), this.#voiced.length + 1)
  }
}

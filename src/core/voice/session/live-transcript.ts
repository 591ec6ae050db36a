import { NotOfferedError } from '#core/inference/realtime-socket.ts'
import type { StreamingTranscriber, TranscriptStream } from '#core/inference/streaming-transcriber.ts'
import { createResampler, type Resampler } from '#core/voice/pcm/resampler.ts'

/** Speech is noticed a little late: so much of the sound before it goes to the recogniser, too. */
const leadInMs = 300

export interface LiveTranscriptOptions {
  readonly transcriber: StreamingTranscriber
  readonly inputRateHz: number
  readonly language: string | undefined
  /** Everything understood of the utterance so far. */
  readonly onText: (text: string) => void
  readonly onFault: (error: unknown) => void
  /** The speaker left. */
  readonly signal: AbortSignal
}

/** What a streaming recogniser understands of one speaker, an utterance at a time. */
export class LiveTranscript {
  readonly #options: LiveTranscriptOptions
  readonly #resampler: Resampler
  #leadIn: Int16Array[] = []
  #leadInLength = 0
  #stream: TranscriptStream | undefined
  #end = new AbortController()
  #before = ''
  /** The stream broke off, or there is none: this utterance is recognised as a whole when it is over. */
  #isOut = false
  /** The newest words of the utterance; empty while there are none. */
  text = ''

  constructor(options: LiveTranscriptOptions) {
    this.#options = options
    this.#resampler = createResampler(options.inputRateHz, options.transcriber.sampleRateHz)
  }

  push(samples: Int16Array): void {
    // A copy where the resampler passes it through: whoever pushed may use it again.
    const converted = this.#resampler.push(samples)
    const own = converted === samples ? samples.slice() : converted
    if (this.#stream) this.#stream.push(own)
    else this.#keep(own)
  }

  get isListening(): boolean {
    return this.#stream !== undefined
  }

  /** An utterance begins, or goes on after the words `before`. */
  begin(before: string): void {
    const { transcriber, language, signal } = this.#options
    this.#isOut ||= !transcriber.isAvailable || signal.aborted
    if (this.#isOut) return
    this.#before = before
    this.text = before
    this.#end = new AbortController()
    const listening = AbortSignal.any([signal, this.#end.signal])
    const stream = transcriber.listen({
      signal: listening,
      ...(language === undefined ? {} : { language }),
    })
    this.#stream = stream
    for (const samples of this.#leadIn.splice(0)) stream.push(samples)
    this.#leadInLength = 0
  }

  /** Reads the words as they come, until the utterance is over. Never rejects. */
  async follow(): Promise<void> {
    const stream = this.#stream
    if (stream === undefined) return
    try {
      for await (const words of stream.interims) {
        if (stream !== this.#stream) return
        this.text = this.#joined(words)
        this.#options.onText(this.text)
      }
    } catch (error) {
      if (stream === this.#stream) this.#breakOff(error)
    }
  }

  /** The utterance is over: its final transcript, or undefined when the recogniser failed. */
  async finish(): Promise<string | undefined> {
    const stream = this.#stream
    this.#stream = undefined
    this.#isOut = false
    if (stream === undefined) return undefined
    try {
      return this.#joined(await stream.finish())
    } catch (error) {
      this.#tell(error)
      return undefined
    }
  }

  /** It was nothing, or is recognised otherwise: what was heard is thrown away. */
  drop(): void {
    this.#stream = undefined
    this.#isOut = false
    this.text = ''
    this.#end.abort()
  }

  /** A second stream in the middle would know the words of the rest only. */
  #breakOff(error: unknown): void {
    this.drop()
    this.#isOut = true
    this.#tell(error)
  }

  /** That a deployment does not offer it is no fault. */
  #tell(error: unknown): void {
    if (!this.#options.signal.aborted && !(error instanceof NotOfferedError)) this.#options.onFault(error)
  }

  #joined(words: string): string {
    return `${this.#before} ${words.trim()}`.trim()
  }

  #keep(samples: Int16Array): void {
    const most = (this.#options.transcriber.sampleRateHz * leadInMs) / 1_000
    this.#leadIn.push(samples)
    this.#leadInLength += samples.length
    while (this.#leadInLength - (this.#leadIn[0]?.length ?? 0) >= most)
      this.#leadInLength -= this.#leadIn.shift()?.length ?? 0
  }
}

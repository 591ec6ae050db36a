import type { SpeechStream, Synthesizer } from '#core/inference/ports.ts'
import { HandOver } from './hand-over.ts'
import { isVoiced, meanPower } from './loudness.ts'
import type { Sentence } from './sentences.ts'
import { untilAborted } from './until-aborted.ts'

/** A sentence is read ahead of its turn up to this length, so that the service is done with it and free again. */
const maxReadAheadSeconds = 20

/** A sentence that is being made. */
export interface SentenceAudio {
  readonly sentence: Sentence
  /** Rejects with the service's fault. */
  readonly sampleRateHz: Promise<number>
  /** Mono 16-bit blocks in order; throws the service's fault after what came before it. */
  readonly blocks: AsyncIterable<Int16Array>
  /** Whether reading on would mean to wait for the service. */
  isWaiting(): boolean
  /** How long it sounds, without pauses; undefined while the service still makes it. */
  voicedMs(): number | undefined
}

export interface MakeOptions {
  readonly synthesizer: Synthesizer
  readonly voice?: string | undefined
  readonly onFirstByte: () => void
  readonly signal: AbortSignal
}

/** Starts to make a sentence at once; `done` resolves when the service has nothing more to do with it, and never rejects. */
export function makeSentence(
  sentence: Sentence,
  options: MakeOptions,
): SentenceAudio & { readonly done: Promise<void> } {
  const rate = Promise.withResolvers<number>()
  rate.promise.catch(() => undefined)
  let sampleRateHz = 1
  let voicedSamples = 0
  let isComplete = false
  const blocks = new HandOver<Int16Array>(maxReadAheadSeconds, (block) => block.length / sampleRateHz)

  const read = async () => {
    const stream = await open(sentence.text, options)
    sampleRateHz = stream.sampleRateHz
    rate.resolve(sampleRateHz)
    for await (const block of untilAborted(stream.blocks, options.signal)) {
      options.onFirstByte()
      voicedSamples += countVoiced(block, sampleRateHz / 50)
      if (!(await blocks.give(block))) break
    }
    isComplete = true
    blocks.end()
  }
  const fail = (fault: unknown) => {
    rate.reject(fault)
    blocks.end({ fault })
  }
  return {
    sentence,
    sampleRateHz: rate.promise,
    blocks,
    isWaiting: () => blocks.isEmpty,
    voicedMs: () => (isComplete ? (1_000 * voicedSamples) / sampleRateHz : undefined),
    done: read().catch(fail),
  }
}

function countVoiced(block: Int16Array, windowSamples: number): number {
  let count = 0
  for (let start = 0; start < block.length; start += windowSamples) {
    const window = block.subarray(start, start + windowSamples)
    if (isVoiced(meanPower(window))) count += window.length
  }
  return count
}

function open(text: string, { synthesizer, voice, signal }: MakeOptions): Promise<SpeechStream> {
  const aborted = Promise.withResolvers<never>()
  const abort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const stream = synthesizer.synthesize(text, { signal, ...(voice === undefined ? {} : { voice }) })
  return Promise.race([stream, aborted.promise]).finally(() => signal.removeEventListener('abort', abort))
}

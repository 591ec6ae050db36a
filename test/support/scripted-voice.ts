import type { CallOptions, SpeechStream, Synthesizer } from '#core/inference/ports.ts'

export interface VoiceScript {
  readonly sampleRateHz?: number
  readonly msPerChar?: number
  readonly amplitude?: number
  /** Awaited before the first sound of a text; may throw. */
  before?(text: string, signal: AbortSignal): Promise<void> | void
  /** Awaited after every block of 100 ms; may throw. */
  between?(text: string, block: number, signal: AbortSignal): Promise<void> | void
}

/** A voice that hums: a tone whose length is that of the text. */
export class ScriptedVoice implements Synthesizer {
  readonly name = 'a scripted voice'
  /** Texts in the order in which they were asked for. */
  readonly asked: string[] = []
  /** Texts whose sound is not read any more, to its end or not. */
  readonly closed: string[] = []
  readonly #script: VoiceScript

  constructor(script: VoiceScript = {}) {
    this.#script = script
  }

  async synthesize(text: string, { signal }: CallOptions): Promise<SpeechStream> {
    this.asked.push(text)
    await this.#script.before?.(text, signal)
    return { sampleRateHz: this.#script.sampleRateHz ?? 16_000, blocks: this.#hum(text, signal) }
  }

  async *#hum(text: string, signal: AbortSignal): AsyncGenerator<Int16Array> {
    const { sampleRateHz = 16_000, msPerChar = 50, amplitude = 8_000, between } = this.#script
    const sound = tone(200, sampleRateHz, (text.length * msPerChar * sampleRateHz) / 1_000, amplitude)
    const blockSamples = sampleRateHz / 10
    try {
      for (let block = 0; block * blockSamples < sound.length; block++) {
        yield sound.slice(block * blockSamples, (block + 1) * blockSamples)
        await between?.(text, block, signal)
      }
    } finally {
      this.closed.push(text)
    }
  }
}

export function tone(
  frequencyHz: number,
  sampleRateHz: number,
  samples: number,
  amplitude = 8_000,
): Int16Array {
  const radians = (2 * Math.PI * frequencyHz) / sampleRateHz
  return Int16Array.from({ length: samples }, (_, index) => amplitude * Math.sin(radians * (index + 0.5)))
}

import type { CallOptions, SpeechStream, Synthesizer } from '../ports.ts'
import { splitForSpeech } from './speakable-text.ts'
import { type Speech, VoiceThread, type VoiceThreadOptions } from './voice-thread.ts'

/** flite's voices; `slt` is the clearest. */
const voices = ['slt', 'rms', 'awb', 'kal16']
const sampleRateHz = 16_000

/** A real offline English voice: flite in WebAssembly, in a thread of its own. */
export function createBuiltInVoice(options: VoiceThreadOptions = {}): Synthesizer & AsyncDisposable {
  const thread = new VoiceThread(options)

  async function synthesize(
    text: string,
    { signal, voice: wanted = '' }: CallOptions & { readonly voice?: string },
  ): Promise<SpeechStream> {
    const voice = voices.includes(wanted) ? wanted : 'slt'
    const [first, ...more] = splitForSpeech(text)
    if (first === undefined) return { sampleRateHz, blocks: nothing() }
    const speak = (sentence: string) => thread.speak({ text: sentence, voice }, signal)
    // Waited for, so that a voice that cannot speak rejects here, as a remote one does.
    return { sampleRateHz, blocks: speakOn(await speak(first), more, speak) }
  }

  return {
    name: 'the built-in voice',
    voices,
    synthesize,
    [Symbol.asyncDispose]: () => thread[Symbol.asyncDispose](),
  }
}

/** While one sentence plays, the next is made. */
async function* speakOn(first: Speech, more: string[], speak: (sentence: string) => Promise<Speech>) {
  let speech = first
  for (const sentence of more) {
    const next = speak(sentence)
    // Whoever leaves early does not hear of what happens to the next sentence.
    next.catch(() => undefined)
    yield speech.samples
    speech = await next
  }
  yield speech.samples
}

async function* nothing(): AsyncGenerator<Int16Array> {}

import { join } from 'node:path'
import { z } from 'zod'
import type { Phone } from './expected-mouth.ts'
import { type LabelledSpeech, toLabelledSpeech } from './labelled-speech.ts'
import { peerPackage } from './peer-packages.ts'

const Event = z.object({ type: z.string(), audio_position: z.number(), id: z.unknown() })
const Events = z.array(Event).nullish()
const Chunk = z.union([z.instanceof(Int16Array), z.array(z.number())]).nullish()

interface Espeak {
  set_voice(name: string): void
  synthesize(text: string, take: (chunk: unknown, events: unknown) => void): void
  get_samplerate(): number
}

/** espeak-ng in WebAssembly, which tells when each phoneme begins. Only a peer: its licence is not one of ours. */
export async function speakWithEspeak(
  voice: string,
  sentences: readonly string[],
  speed = 1,
): Promise<LabelledSpeech[]> {
  const folder = await peerPackage('@echogarden/espeak-ng-emscripten', '0.3.5')
  const { default: load } = await import(join(folder, 'espeak-ng.js'))
  const { eSpeakNGWorker } = await load()
  const espeak: Espeak = new eSpeakNGWorker()
  espeak.set_voice(voice)
  return sentences.map((sentence) => speak(espeak, voice, sentence, speed))
}

function speak(espeak: Espeak, voice: string, sentence: string, speed: number): LabelledSpeech {
  const samples: number[] = []
  const starts: { readonly symbol: string; readonly fromMs: number }[] = []
  espeak.synthesize(sentence, (chunk, events) => {
    for (const sample of toSamples(chunk)) samples.push(sample)
    for (const event of Events.parse(events) ?? [])
      if (event.type === 'phoneme') starts.push({ symbol: String(event.id), fromMs: event.audio_position })
  })
  const endMs = (1_000 * samples.length) / espeak.get_samplerate()
  const phones: Phone[] = starts.map((start, index) => ({
    ...start,
    untilMs: starts[index + 1]?.fromMs ?? endMs,
  }))
  return toLabelledSpeech(
    `espeak-ng ${voice}`,
    Int16Array.from(samples),
    espeak.get_samplerate(),
    phones,
    speed,
  )
}

function toSamples(chunk: unknown): ArrayLike<number> & Iterable<number> {
  return Chunk.parse(chunk) ?? []
}

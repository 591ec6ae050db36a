import type { SpeechStream, Synthesizer } from '#core/inference/ports.ts'

const sampleRateHz = 24_000
const secondsPerChar = 0.06
/** As many as a server sends in one packet. */
const blockSamples = 2_400

const second = Int16Array.from({ length: sampleRateHz }, (_, index) => {
  const at = index / sampleRateHz
  // The rise and fall of syllables, so that levels are real work.
  const syllable = 0.55 + 0.45 * Math.sin(2 * Math.PI * 4 * at)
  return 9_000 * syllable * (Math.sin(2 * Math.PI * 140 * at) + 0.4 * Math.sin(2 * Math.PI * 1_100 * at))
})

/** A voice that is there at once: a hum from memory. */
export const localVoice: Synthesizer = {
  name: 'local hum',
  async synthesize(text): Promise<SpeechStream> {
    return { sampleRateHz, blocks: hum(text.length * secondsPerChar) }
  },
}

async function* hum(seconds: number): AsyncGenerator<Int16Array> {
  for (let start = 0; start < seconds * sampleRateHz; start += blockSamples)
    yield second.slice(start % sampleRateHz, (start % sampleRateHz) + blockSamples)
}

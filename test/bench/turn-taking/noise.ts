import { seededRandom } from './random.ts'
import { benchRateHz, joined, type Speakers, type Voice } from './speech.ts'

const talk = [
  'The committee met again on Thursday to discuss the budget for the coming year and several smaller matters.',
  'When we were children we used to spend every summer at the lake, swimming and building boats out of bark.',
  'A good soup needs time, salt, and patience, and nobody should ever hurry an onion.',
  'The next train on platform four calls at all stations to the coast, mind the gap between train and platform.',
  'Scientists have found that the forest recovers faster than expected when deer are kept out of it.',
  'He opened the letter slowly, read it twice, folded it again and looked out of the window for a long time.',
]

const talkers: readonly Voice[] = [
  { engine: 'espeak-ng', name: 'en-us+m1', language: 'en', pace: 150 },
  { engine: 'espeak-ng', name: 'en-gb+f2', language: 'en', pace: 185 },
  { engine: 'espeak-ng', name: 'en-us+f4', language: 'en', pace: 170 },
  { engine: 'espeak-ng', name: 'en-gb+m5', language: 'en', pace: 160 },
  { engine: 'flite', name: 'awb', language: 'en' },
  { engine: 'flite', name: 'slt', language: 'en' },
  { engine: 'flite', name: 'rms', language: 'en' },
  { engine: 'espeak-ng', name: 'en-us+m7', language: 'en', pace: 195 },
]

/** Eight voices that talk at the same time without end, as in a full café. RMS 1. */
export async function makeBabble(speakers: Speakers): Promise<Float32Array> {
  const length = 40 * benchRateHz
  const mix = new Float32Array(length)
  for (const [index, voice] of talkers.entries()) {
    const order = talk.map((_, at) => talk[(at + index) % talk.length] ?? '')
    const speech = joined(await Promise.all(order.map((text) => speakers.say(voice, text))))
    const gain = 1 / rms(speech)
    const offset = index * 31_337
    for (let at = 0; at < length; at += 1)
      mix[at] = (mix[at] ?? 0) + gain * (speech[(at + offset) % speech.length] ?? 0)
  }
  return normalized(mix)
}

/** Chords, a bass, an arpeggio and drums at 100 beats a minute. RMS 1. */
export function makeMusic(): Float32Array {
  const beat = 0.6 * benchRateHz
  const mix = new Float32Array(64 * beat)
  const chords = [
    [0, 4, 7],
    [9, 12, 16],
    [5, 9, 12],
    [7, 11, 14],
  ] as const
  const hiss = seededRandom(5)
  for (let note = 0; note < 128; note += 1) {
    const [root, third, fifth] = chords[(note >> 4) % 4] ?? chords[0]
    const start = (note * beat) / 2
    pluck(mix, start, [root, third, fifth, root + 12][note % 4] ?? root, 0.25, 0.5)
    if (note % 2 === 0) pluck(mix, start, root - 24, 0.5, 0.8)
    if (note % 8 === 0) for (const tone of [root, third, fifth]) pluck(mix, start, tone - 12, 0.35, 4)
    if (note % 4 === 2) drum(mix, start, hiss, 0.4, 0.08)
    drum(mix, start, hiss, 0.12, 0.02)
  }
  return normalized(mix)
}

function pluck(mix: Float32Array, start: number, semitones: number, gain: number, seconds: number): void {
  const hz = 261.63 * 2 ** (semitones / 12)
  const length = Math.min(seconds * benchRateHz, mix.length - start)
  for (let at = 0; at < length; at += 1) {
    const phase = (2 * Math.PI * hz * at) / benchRateHz
    const decay = Math.min(1, at / 200) * Math.exp((-3 * at) / (seconds * benchRateHz))
    const sound = Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.25 * Math.sin(3 * phase)
    mix[start + at] = (mix[start + at] ?? 0) + gain * decay * sound
  }
}

function drum(mix: Float32Array, start: number, hiss: () => number, gain: number, seconds: number): void {
  for (let at = 0; at < 3 * seconds * benchRateHz && start + at < mix.length; at += 1)
    mix[start + at] =
      (mix[start + at] ?? 0) + gain * Math.exp(-at / (seconds * benchRateHz)) * (2 * hiss() - 1)
}

function normalized(samples: Float32Array): Float32Array {
  const gain = 1 / rms(samples)
  return samples.map((sample) => sample * gain)
}

export function rms(samples: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < samples.length; at += 1) sum += (samples[at] ?? 0) ** 2
  return Math.sqrt(sum / Math.max(1, samples.length))
}

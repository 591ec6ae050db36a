import { createResampler } from '#core/voice/pcm/resampler.ts'
import { makeBabble, makeMusic, rms } from './noise.ts'
import { pick, seededRandom } from './random.ts'
import { benchRateHz, type Speakers, type Voice } from './speech.ts'
import { type Line, lines } from './utterances.ts'

export type PauseKind = 'unfinished' | 'looks finished'

export interface ScriptedPause {
  /** Between the last sample before it and the first after it that are louder than -40 dB of the utterance's peak. */
  readonly startMs: number
  readonly endMs: number
  readonly kind: PauseKind
}

/** What is said between two pauses. */
export interface SpokenPart {
  readonly startMs: number
  readonly endMs: number
  /** As a recogniser that errs in nothing would write it. */
  readonly words: string
  /** Whether it would write a full stop there, though the sentence goes on. */
  readonly isMarked: boolean
}

/** Times are from the start of the speaker's recording. */
export interface Utterance {
  readonly startMs: number
  /** The last sample above -40 dB of the peak, of the clean speech. */
  readonly endMs: number
  readonly pauses: readonly ScriptedPause[]
  readonly parts: readonly SpokenPart[]
  readonly noise: string
  readonly snrDb: number
}

export interface SpeakerScript {
  /** 16 kHz, speech and noise. */
  readonly sound: Int16Array
  readonly utterances: readonly Utterance[]
}

const voices: readonly (readonly [Voice, ...Voice[]])[] = [
  [
    { engine: 'espeak-ng', name: 'en-us', language: 'en', pace: 165 },
    { engine: 'espeak-ng', name: 'en-us+f3', language: 'en', pace: 175 },
    { engine: 'espeak-ng', name: 'de+m3', language: 'de', pace: 160 },
  ],
  [
    { engine: 'flite', name: 'slt', language: 'en' },
    { engine: 'flite', name: 'rms', language: 'en' },
    { engine: 'espeak-ng', name: 'de+f2', language: 'de', pace: 170 },
  ],
  [
    { engine: 'espeak-ng', name: 'en-gb', language: 'en', pace: 150 },
    { engine: 'flite', name: 'awb', language: 'en' },
    { engine: 'espeak-ng', name: 'de', language: 'de', pace: 150 },
  ],
]

export const heardRateHz = 16_000

const noiseKinds = ['babble', 'music'] as const
const snrsDb = [5, 10, 15, 20] as const
const changeBefore = 2.2 * benchRateHz
const speechRms = 1_800
const ms = (samples: number) => (samples * 1000) / benchRateHz

/** Three people, each on their own microphone, each with noise of their own that changes all the while. */
export async function writeScripts(speakers: Speakers, utterancesEach: number): Promise<SpeakerScript[]> {
  const noises = { babble: await makeBabble(speakers), music: makeMusic() }
  return Promise.all(
    voices.map(async (choice, index) => {
      const random = seededRandom(index + 1)
      const order = shuffled(random, lines)
      const takes: Take[] = []
      for (let at = 0; at < utterancesEach; at += 1)
        takes.push(await record(speakers, choice, order[at % order.length] ?? lines[0], random))
      return lay(takes, noises, random, index)
    }),
  )
}

interface Take {
  readonly speech: Int16Array
  readonly startMs: number
  readonly endMs: number
  readonly pauses: readonly ScriptedPause[]
  readonly parts: readonly SpokenPart[]
}

async function record(
  speakers: Speakers,
  choice: readonly [Voice, ...Voice[]],
  line: Line | undefined,
  random: () => number,
): Promise<Take> {
  const { language, text } = line ?? { language: 'en', text: 'Hello.' }
  const fitting = choice.filter((voice) => voice.language === language)
  const voice = pick(random, [fitting[0] ?? choice[0], ...fitting.slice(1)])
  const parts = text.split('|').map((part) => part.replace(/^\./, '').trim())
  const kinds: PauseKind[] = [...text.matchAll(/\|(\.?)/g)].map(([, dot]) =>
    dot ? 'looks finished' : 'unfinished',
  )
  // A comma lets the voice keep its melody up; the last part ends as written.
  const spoken = parts.map((part, at) => (at < parts.length - 1 ? `${part.replace(/,$/, '')},` : part))
  const sounds = await Promise.all(spoken.map((part) => speakers.say(voice, part)))
  const pausesMs = kinds.map(() => 300 + 900 * random())
  return assemble(sounds, pausesMs, kinds, parts)
}

function assemble(
  sounds: readonly Int16Array[],
  pausesMs: readonly number[],
  kinds: readonly PauseKind[],
  words: readonly string[],
): Take {
  const peak = Math.max(
    ...sounds.map((sound) => sound.reduce((max, value) => Math.max(max, Math.abs(value)), 0)),
  )
  const audible = sounds.map((sound) => audibleRange(sound, peak / 100))
  const starts: number[] = []
  let cursor = 0
  for (const [at, range] of audible.entries()) {
    starts.push(Math.max(0, Math.round(cursor)) - (at === 0 ? 0 : range.start))
    cursor = (starts[at] ?? 0) + range.end + ((pausesMs[at] ?? 0) * benchRateHz) / 1000
  }
  const length = Math.max(...sounds.map((sound, at) => (starts[at] ?? 0) + sound.length))
  const speech = new Int16Array(length)
  for (const [at, sound] of sounds.entries())
    speech.set(overlaid(speech, sound, starts[at] ?? 0), starts[at] ?? 0)
  const edges = audible.map((range, at) => ({
    startMs: ms((starts[at] ?? 0) + range.start),
    endMs: ms((starts[at] ?? 0) + range.end),
  }))
  return {
    speech,
    startMs: edges[0]?.startMs ?? 0,
    endMs: edges.at(-1)?.endMs ?? 0,
    pauses: kinds.map((kind, at) => ({
      kind,
      startMs: edges[at]?.endMs ?? 0,
      endMs: edges[at + 1]?.startMs ?? 0,
    })),
    parts: words.map((part, at) => ({
      startMs: edges[at]?.startMs ?? 0,
      endMs: edges[at]?.endMs ?? 0,
      words: part,
      isMarked: kinds[at] === 'looks finished',
    })),
  }
}

/** The quiet ends of two parts may lie over each other. */
function overlaid(under: Int16Array, over: Int16Array, start: number): Int16Array {
  return over.map((value, at) => value + (under[start + at] ?? 0))
}

function audibleRange(sound: Int16Array, threshold: number): { start: number; end: number } {
  const isAudible = (value: number) => Math.abs(value) >= threshold
  return { start: Math.max(0, sound.findIndex(isAudible)), end: sound.findLastIndex(isAudible) + 1 }
}

function lay(
  takes: readonly Take[],
  noises: Readonly<Record<(typeof noiseKinds)[number], Float32Array>>,
  random: () => number,
  speaker: number,
): SpeakerScript {
  const placed: { take: Take; at: number }[] = []
  let at = 3 * benchRateHz
  for (const take of takes) {
    placed.push({ take, at })
    at += take.speech.length + Math.round((3.2 + 1.8 * random()) * benchRateHz)
  }
  const sound = new Int16Array(at + 20 * benchRateHz)
  const utterances: Utterance[] = []
  let from = 0
  for (const [index, { take, at: start }] of placed.entries()) {
    // Surroundings change between two utterances.
    const until = (placed[index + 1]?.at ?? sound.length + changeBefore) - changeBefore
    // Ten at a time in one surrounding, all eight surroundings in turn.
    const surrounding = Math.floor((index * 8) / takes.length) + 3 * speaker
    const kind = noiseKinds[surrounding % 2] ?? 'babble'
    const snrDb = snrsDb[(surrounding >> 1) % 4] ?? 20
    const voiceGain = (speechRms * 10 ** ((random() * 6 - 3) / 20)) / activeRms(take.speech)
    const noiseGain = speechRms / 10 ** (snrDb / 20)
    mixInto(sound, take.speech, start, voiceGain)
    addNoise(sound, noises[kind], from, until, noiseGain)
    from = until
    utterances.push({
      startMs: ms(start) + take.startMs,
      endMs: ms(start) + take.endMs,
      pauses: take.pauses.map((pause) => shifted(pause, ms(start))),
      parts: take.parts.map((part) => shifted(part, ms(start))),
      noise: kind,
      snrDb,
    })
  }
  return { sound: lowered(sound), utterances }
}

/** Once, and not in each run; test/core/voice/pcm measures the conversion. */
function lowered(sound: Int16Array): Int16Array {
  return createResampler(benchRateHz, heardRateHz).push(sound)
}

function shifted<T extends { startMs: number; endMs: number }>(span: T, byMs: number): T {
  return { ...span, startMs: span.startMs + byMs, endMs: span.endMs + byMs }
}

function activeRms(speech: Int16Array): number {
  const peak = speech.reduce((max, value) => Math.max(max, Math.abs(value)), 0)
  const frames = Array.from({ length: Math.floor(speech.length / 960) }, (_, at) =>
    rms(speech.subarray(at * 960, at * 960 + 960)),
  )
  return rms(frames.filter((level) => level > peak / 50))
}

function mixInto(sound: Int16Array, speech: Int16Array, start: number, gain: number): void {
  for (let at = 0; at < speech.length; at += 1) sound[start + at] = (speech[at] ?? 0) * gain
}

function addNoise(sound: Int16Array, noise: Float32Array, from: number, until: number, gain: number): void {
  for (let at = from; at < until; at += 1) {
    const value = (sound[at] ?? 0) + gain * (noise[at % noise.length] ?? 0)
    sound[at] = Math.max(-32_768, Math.min(32_767, value))
  }
}

function shuffled<T>(random: () => number, items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

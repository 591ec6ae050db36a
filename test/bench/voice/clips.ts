import { createBuiltInVoice } from '#core/inference/builtin/voice.ts'
import { createResampler } from '#core/voice/pcm/resampler.ts'

const rateHz = 48_000

export interface Clips {
  /** Somebody asks something. */
  readonly question: Int16Array
  /** Somebody interrupts. */
  readonly interruptions: readonly Int16Array[]
  /** Somebody only listens, or clears their throat. */
  readonly hums: readonly Int16Array[]
  readonly coughs: readonly Int16Array[]
}

/** The sounds of the bench at 48 kHz: speech of the built-in voice, and hums and coughs made by hand. */
export async function makeClips(): Promise<Clips> {
  await using voice = createBuiltInVoice()
  const say = async (text: string) => {
    const { blocks, sampleRateHz } = await voice.synthesize(text, { signal: AbortSignal.timeout(30_000) })
    const resampler = createResampler(sampleRateHz, rateHz)
    const parts: Int16Array[] = []
    for await (const block of blocks) parts.push(resampler.push(block))
    return atLevel(withoutSilence(concat([...parts, resampler.flush()])), 4_000)
  }
  return {
    question: await say('Could you please tell me more about that?'),
    interruptions: await Promise.all(
      [
        'Wait a moment, I meant something else.',
        'No, please stop it now.',
        'Actually I wanted to ask you this.',
      ].map(say),
    ),
    hums: [0, 1, 2, 3].map((seed) => hum(110 + 25 * seed, 260 + 60 * seed)),
    coughs: [0, 1, 2, 3].map((seed) => cough(seed + 1, 140 + 40 * seed)),
  }
}

/** `Mm-hm`: a voiced murmur with a dip in the middle, most of it below 500 Hz. */
function hum(pitchHz: number, lengthMs: number): Int16Array {
  const length = (lengthMs * rateHz) / 1_000
  return Int16Array.from({ length }, (_, index) => {
    const share = index / length
    const dip = 1 - 0.8 * Math.exp(-(((share - 0.5) / 0.08) ** 2))
    const envelope = Math.min(1, share * 12, (1 - share) * 8) * dip
    const phase = (2 * Math.PI * (pitchHz + 20 * share) * index) / rateHz
    return 6_000 * envelope * (Math.sin(phase) + 0.5 * Math.sin(2 * phase) + 0.2 * Math.sin(3 * phase))
  })
}

/** A burst of noise that dies away. */
function cough(seed: number, lengthMs: number): Int16Array {
  const random = randomOf(seed)
  let last = 0
  const length = (lengthMs * rateHz) / 1_000
  return Int16Array.from({ length }, (_, index) => {
    last += 0.25 * (random() - last)
    return 26_000 * last * Math.min(1, index / 200) * Math.exp((-4 * index) / length)
  })
}

/** Quiet noise of a room, about -56 dB, without an end. */
export function roomNoise(seed: number, length: number): Int16Array {
  const random = randomOf(seed)
  return Int16Array.from({ length }, () => 90 * random())
}

/** Between -1 and 1; the same for the same seed. Numerical Recipes' quick generator. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

function withoutSilence(samples: Int16Array): Int16Array {
  const isLoud = (sample: number) => Math.abs(sample) > 300
  return samples.slice(samples.findIndex(isLoud), samples.findLastIndex(isLoud) + 1)
}

/** With this root mean square. */
function atLevel(samples: Int16Array, wanted: number): Int16Array {
  const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
  return samples.map((sample) => Math.max(-32_768, Math.min(32_767, (sample * wanted) / level)))
}

function concat(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

import { frameSamples, playoutRateHz } from '#core/voice/frame.ts'
import { createResampler } from '#core/voice/pcm/resampler.ts'
import { type Mouth, mouthAt, type Phone } from './expected-mouth.ts'

export interface LabelledSpeech {
  readonly voice: string
  /** 48 kHz, as it is played. */
  readonly frames: readonly Int16Array[]
  /** The expected mouth in the middle of each frame; undefined where it is not scored. */
  readonly mouths: readonly (Mouth | undefined)[]
}

/** Makes frames as loud as those that are played: the same constant gain for everyone who is scored. */
export function toLabelledSpeech(
  voice: string,
  samples: Int16Array,
  sampleRateHz: number,
  phones: readonly Phone[],
  /** Plays it so much faster: another speaker, with another throat and another pitch. */
  speed = 1,
): LabelledSpeech {
  const resampler = createResampler(Math.round(sampleRateHz * speed), playoutRateHz)
  const sound = Int16Array.from([...resampler.push(samples), ...resampler.flush()])
  const gain = gainOf(sound)
  const frames: Int16Array[] = []
  for (let start = 0; start + frameSamples <= sound.length; start += frameSamples)
    frames.push(sound.slice(start, start + frameSamples).map((sample) => sample * gain))
  const mouths = frames.map((_, index) => mouthAt(phones, (index * 20 + 10) * speed))
  return { voice, frames, mouths }
}

/** Brings the voiced part to -19 dBFS, as the mouth's own loudness does. */
function gainOf(sound: Int16Array): number {
  const powers: number[] = []
  for (let start = 0; start + frameSamples <= sound.length; start += frameSamples) {
    let sum = 0
    for (const sample of sound.subarray(start, start + frameSamples)) sum += sample * sample
    powers.push(sum / frameSamples / 32_768 ** 2)
  }
  const loudest = Math.max(...powers)
  const voiced = powers.filter((power) => power > loudest / 1_000)
  const mean = voiced.reduce((sum, power) => sum + power, 0) / voiced.length
  return 10 ** (-19 / 20) / Math.sqrt(mean)
}

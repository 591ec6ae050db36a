import { readWav } from './wav.ts'

/** 48 kHz mono, or the path of a WAV file. */
export type Sound = Int16Array | string

export const sampleRateHz = 48_000
export const frameMs = 20
export const samplesPerFrame = (sampleRateHz * frameMs) / 1_000

/** What Discord's clients send five of when somebody stops talking (voice-connections.mdx, "Voice Data Interpolation"). */
export const silenceFrame = Buffer.from([0xf8, 0xff, 0xfe])

/** Cut into frames of 20 ms, the last one filled up with silence. */
export function toFrames(sound: Sound): Int16Array[] {
  const samples = typeof sound === 'string' ? readWav(sound) : sound
  return Array.from({ length: Math.ceil(samples.length / samplesPerFrame) }, (_, n) => {
    const frame = new Int16Array(samplesPerFrame)
    frame.set(samples.subarray(n * samplesPerFrame, (n + 1) * samplesPerFrame))
    return frame
  })
}

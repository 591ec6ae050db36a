import { frameMs, mouthFrameBytes } from '#core/protocol/stage.ts'
import { frameSamples, playoutRateHz } from './frame.ts'

/** A clap to set mouth and sound by: the mouth is wide open for so many frames. */
export const clapFrames = 120 / frameMs
const decaySeconds = 0.012

/** aa and the level at their most; the other vowels at rest. */
export const clapShape: readonly number[] = Array.from({ length: mouthFrameBytes }, (_, part) =>
  part === 0 || part === mouthFrameBytes - 1 ? 255 : 0,
)

/** Noise that dies away within 40 ms; always the same, so that it can be recognised. 48 kHz. */
export function clapSamples(peak: number): Int16Array<ArrayBuffer> {
  const samples = new Int16Array(clapFrames * frameSamples)
  let noise = 1
  for (let index = 0; index < samples.length; index++) {
    noise = (noise * 48_271) % 2_147_483_647
    samples[index] = peak * (noise / 1_073_741_823.5 - 1) * Math.exp(-index / (decaySeconds * playoutRateHz))
  }
  return samples
}

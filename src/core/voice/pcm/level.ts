/** What digital silence is said to have, instead of minus infinity. */
export const silenceDbfs = -100

/** Loudness of 16-bit samples in dB below full scale (a full-scale square wave is 0); never under {@link silenceDbfs}. */
export function levelDbfs(samples: Int16Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  if (sum === 0) return silenceDbfs
  return Math.max(silenceDbfs, 10 * Math.log10(sum / samples.length / 32_768 ** 2))
}

/** Zero crossings of the filter on each side: enough for speech that a recogniser must understand. */
const crossings = 16

/** Windowed-sinc interpolation (Smith, "Digital Audio Resampling"), for whole recordings, not streams. */
export function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (fromHz === toHz) return samples
  const cutoff = Math.min(1, toHz / fromHz)
  const reach = crossings / cutoff
  const result = new Int16Array(Math.floor((samples.length * toHz) / fromHz))
  for (let n = 0; n < result.length; n += 1) {
    const center = (n * fromHz) / toHz
    const last = Math.min(samples.length - 1, Math.floor(center + reach))
    let sum = 0
    for (let k = Math.max(0, Math.ceil(center - reach)); k <= last; k += 1)
      sum += (samples[k] ?? 0) * cutoff * kernel((k - center) * cutoff)
    result[n] = Math.max(-32_768, Math.min(32_767, Math.round(sum)))
  }
  return result
}

function kernel(x: number): number {
  if (x === 0) return 1
  const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / crossings)
  return (Math.sin(Math.PI * x) / (Math.PI * x)) * window
}

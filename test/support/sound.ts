/** Loudness of 16-bit samples, 0 to 32 767. */
export function rootMeanSquare(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length))
}

/** Mean power near some frequencies, in windows of 512 samples. Goertzel's algorithm. */
export function powerAt(samples: Int16Array, sampleRateHz: number, frequenciesHz: readonly number[]): number {
  const windowLength = 512
  let power = 0
  for (let start = 0; start + windowLength <= samples.length; start += windowLength)
    for (const frequencyHz of frequenciesHz)
      power += goertzel(
        samples.subarray(start, start + windowLength),
        (2 * Math.PI * frequencyHz) / sampleRateHz,
      )
  return power / frequenciesHz.length
}

function goertzel(window: Int16Array, radiansPerSample: number): number {
  const factor = 2 * Math.cos(radiansPerSample)
  let [last, beforeLast] = [0, 0]
  for (const sample of window) [last, beforeLast] = [sample + factor * last - beforeLast, last]
  return last * last + beforeLast * beforeLast - factor * last * beforeLast
}

/** A sine of `peak` at `hz`, one second unless told otherwise. */
export function tone(hz: number, rateHz: number, length = rateHz, peak = 16_000): Int16Array {
  return Int16Array.from({ length }, (_, index) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * index) / rateHz)),
  )
}

/** What is left of the sine (or of whatever its aliases are) after conversion, in dB of what went in; edges left out. */
export function gainDb(input: Int16Array, output: Int16Array): number {
  const edge = Math.round(output.length / 50)
  return 20 * Math.log10(rms(output.subarray(edge, -edge)) / rms(input))
}

function rms(samples: Int16Array): number {
  return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
}

/**
 * The discrete Fourier transform of frames of one length with small prime factors (Whisper's 400 has no power of two),
 * by splitting at the smallest factor: Cooley and Tukey, 1965.
 */
export class FourierTransform {
  readonly length: number
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #real: Float64Array
  readonly #imaginary: Float64Array
  readonly #partReal: Float64Array
  readonly #partImaginary: Float64Array

  constructor(length: number) {
    this.length = length
    this.#cosines = Float64Array.from({ length }, (_, index) => Math.cos((2 * Math.PI * index) / length))
    this.#sines = Float64Array.from({ length }, (_, index) => -Math.sin((2 * Math.PI * index) / length))
    this.#real = new Float64Array(length)
    this.#imaginary = new Float64Array(length)
    this.#partReal = new Float64Array(length)
    this.#partImaginary = new Float64Array(length)
  }

  /** Squared magnitudes of the lower half of the spectrum, `length / 2 + 1` of them. */
  power(frame: Float64Array): Float64Array {
    this.#transform(frame, 0, 1, this.length, 0)
    return Float64Array.from(
      { length: (this.length >> 1) + 1 },
      (_, bin) => (this.#real[bin] ?? 0) ** 2 + (this.#imaginary[bin] ?? 0) ** 2,
    )
  }

  /** Every `stride`-th of `count` samples from `from`; the result lies at `at`. */
  #transform(frame: Float64Array, from: number, stride: number, count: number, at: number): void {
    if (count === 1) {
      this.#real[at] = frame[from] ?? 0
      this.#imaginary[at] = 0
      return
    }
    const radix = smallestFactor(count)
    const part = count / radix
    for (let index = 0; index < radix; index += 1)
      this.#transform(frame, from + index * stride, stride * radix, part, at + index * part)
    for (let bin = 0; bin < part; bin += 1) this.#combine(at + bin, part, radix, bin, stride)
  }

  /** One bin of each part makes one bin of each part of the whole. */
  #combine(at: number, part: number, radix: number, bin: number, stride: number): void {
    for (let index = 0; index < radix; index += 1) {
      this.#partReal[index] = this.#real[at + index * part] ?? 0
      this.#partImaginary[index] = this.#imaginary[at + index * part] ?? 0
    }
    for (let output = 0; output < radix; output += 1)
      this.#sum(at + output * part, radix, ((bin + output * part) * stride) % this.length)
  }

  #sum(at: number, radix: number, turnStep: number): void {
    let [real, imaginary, turn] = [0, 0, 0]
    for (let index = 0; index < radix; index += 1) {
      const [cosine, sine] = [this.#cosines[turn] ?? 0, this.#sines[turn] ?? 0]
      const [partReal, partImaginary] = [this.#partReal[index] ?? 0, this.#partImaginary[index] ?? 0]
      real += partReal * cosine - partImaginary * sine
      imaginary += partReal * sine + partImaginary * cosine
      turn = (turn + turnStep) % this.length
    }
    this.#real[at] = real
    this.#imaginary[at] = imaginary
  }
}

function smallestFactor(count: number): number {
  for (let factor = 2; factor * factor <= count; factor += 1) if (count % factor === 0) return factor
  return count
}

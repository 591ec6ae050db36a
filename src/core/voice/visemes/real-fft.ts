/**
 * Power spectrum of real samples: a complex radix-2 transform of half the size, its even and odd halves then taken apart.
 * Press et al., Numerical Recipes, 12.3. Everything is allocated once.
 */
export class RealFft {
  readonly size: number
  readonly #half: number
  readonly #real: Float64Array
  readonly #imaginary: Float64Array
  readonly #cosines: Float64Array
  readonly #sines: Float64Array
  readonly #reversed: Uint16Array

  constructor(size: number) {
    this.size = size
    this.#half = size / 2
    this.#real = new Float64Array(this.#half)
    this.#imaginary = new Float64Array(this.#half)
    const angle = (index: number) => (-2 * Math.PI * index) / size
    this.#cosines = Float64Array.from({ length: this.#half }, (_, index) => Math.cos(angle(index)))
    this.#sines = Float64Array.from({ length: this.#half }, (_, index) => Math.sin(angle(index)))
    const bits = Math.log2(this.#half)
    this.#reversed = Uint16Array.from({ length: this.#half }, (_, index) => reverseBits(index, bits))
  }

  /** Writes size / 2 powers, from 0 Hz up to just below half the sample rate. */
  power(samples: Float64Array, powers: Float64Array): void {
    for (let index = 0; index < this.#half; index++) {
      const from = 2 * (this.#reversed[index] ?? 0)
      this.#real[index] = samples[from] ?? 0
      this.#imaginary[index] = samples[from + 1] ?? 0
    }
    this.#transform()
    this.#takeApart(powers)
  }

  #transform(): void {
    const [real, imaginary, half] = [this.#real, this.#imaginary, this.#half]
    for (let span = 1; span < half; span *= 2) {
      const stride = half / span
      for (let offset = 0; offset < span; offset++) {
        const cosine = this.#cosines[offset * stride] ?? 0
        const sine = this.#sines[offset * stride] ?? 0
        for (let top = offset; top < half; top += 2 * span) {
          const bottom = top + span
          const r = real[bottom] ?? 0
          const i = imaginary[bottom] ?? 0
          const turnedReal = r * cosine - i * sine
          const turnedImaginary = r * sine + i * cosine
          real[bottom] = (real[top] ?? 0) - turnedReal
          imaginary[bottom] = (imaginary[top] ?? 0) - turnedImaginary
          real[top] = (real[top] ?? 0) + turnedReal
          imaginary[top] = (imaginary[top] ?? 0) + turnedImaginary
        }
      }
    }
  }

  #takeApart(powers: Float64Array): void {
    const [real, imaginary, half] = [this.#real, this.#imaginary, this.#half]
    for (let index = 0; index < half; index++) {
      const mirror = (half - index) % half
      const evenReal = ((real[index] ?? 0) + (real[mirror] ?? 0)) / 2
      const evenImaginary = ((imaginary[index] ?? 0) - (imaginary[mirror] ?? 0)) / 2
      const oddReal = ((imaginary[index] ?? 0) + (imaginary[mirror] ?? 0)) / 2
      const oddImaginary = ((real[mirror] ?? 0) - (real[index] ?? 0)) / 2
      const cosine = this.#cosines[index] ?? 0
      const sine = this.#sines[index] ?? 0
      const sumReal = evenReal + oddReal * cosine - oddImaginary * sine
      const sumImaginary = evenImaginary + oddReal * sine + oddImaginary * cosine
      powers[index] = sumReal * sumReal + sumImaginary * sumImaginary
    }
  }
}

function reverseBits(value: number, bits: number): number {
  let reversed = 0
  for (let bit = 0; bit < bits; bit++) reversed |= ((value >> bit) & 1) << (bits - 1 - bit)
  return reversed
}

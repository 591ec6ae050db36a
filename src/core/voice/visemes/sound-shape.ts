import { frameSamples } from '../frame.ts'
import { RealFft } from './real-fft.ts'

const rateHz = 16_000
const decimation = 3
const hopSamples = frameSamples / decimation
/** 32 ms: the frame and what came before it, so that two periods of a deep voice fit in. */
const windowSamples = 512
/** Formants of vowels lie between these. */
const lowestHz = 100
const highestHz = 5_500
export const bandCount = 24
/** Keeps the logarithm of silence finite: about -75 dBFS. */
const floor = 1e-3

/** Only used within one call, so that one is enough for all voices. */
const fft = new RealFft(windowSamples)
const windowed = new Float64Array(windowSamples)
const powers = new Float64Array(windowSamples / 2)

/** Short-time spectrum of a voice in bands as wide as hearing is sharp, 20 ms at a time. */
export class SoundShape {
  /** Logarithm of each band's energy, less their mean: what is said, not how loud. */
  readonly bands = new Float64Array(bandCount)
  /** dB below full scale of the window. */
  levelDbfs = -100
  readonly #recent = new Float64Array(windowSamples)

  push(frame: Int16Array): void {
    this.#recent.copyWithin(0, hopSamples)
    decimate(frame, this.#recent.subarray(windowSamples - hopSamples))
    for (let index = 0; index < windowSamples; index++)
      windowed[index] = (this.#recent[index] ?? 0) * (hann[index] ?? 0)
    fft.power(windowed, powers)
    this.#measure()
  }

  #measure(): void {
    let [total, sum] = [0, 0]
    for (let band = 0; band < bandCount; band++) {
      const { from, weights } = filters[band] ?? emptyFilter
      let energy = 0
      for (let bin = 0; bin < weights.length; bin++) energy += (weights[bin] ?? 0) * (powers[from + bin] ?? 0)
      total += energy
      const log = Math.log(energy + floor)
      this.bands[band] = log
      sum += log
    }
    for (let band = 0; band < bandCount; band++) this.bands[band] = (this.bands[band] ?? 0) - sum / bandCount
    this.levelDbfs = 10 * Math.log10(total / fullScale + 1e-10)
  }
}

/** Every third sample, after a filter that takes out most of what would fold down upon the formants. */
function decimate(frame: Int16Array, output: Float64Array): void {
  for (let index = 0; index < output.length; index++) {
    const at = index * decimation
    const near = (frame[at] ?? 0) + (frame[at + 2] ?? 0)
    const far = index === 0 ? (frame[0] ?? 0) : (frame[at - 1] ?? 0)
    output[index] = (far + 2 * near + 3 * (frame[at + 1] ?? 0) + (frame[at + 3] ?? far)) / (9 * 32_768)
  }
}

const hann = Float64Array.from(
  { length: windowSamples },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / windowSamples),
)
/** Of a sine at full scale: half its power in the window's energy, times the transform's size. */
const fullScale = (windowSamples * hann.reduce((sum, weight) => sum + weight * weight, 0)) / 4

interface BandFilter {
  readonly from: number
  readonly weights: Float64Array
}

const emptyFilter: BandFilter = { from: 0, weights: new Float64Array() }
const filters = Array.from({ length: bandCount }, (_, band) => triangle(band))

/** Triangles on the mel scale, each over both neighbours' middles. */
function triangle(band: number): BandFilter {
  const edge = (step: number) => {
    const mel = toMel(lowestHz) + ((toMel(highestHz) - toMel(lowestHz)) * step) / (bandCount + 1)
    return (fromMel(mel) * windowSamples) / rateHz
  }
  const [low, middle, high] = [edge(band), edge(band + 1), edge(band + 2)]
  // At least two bins to each side, or a band between two harmonics of a high voice would be empty.
  const [left, right] = [Math.min(low, middle - 4), Math.max(high, middle + 4)]
  const from = Math.max(1, Math.ceil(left))
  const weights = Float64Array.from({ length: Math.floor(right) - from + 1 }, (_, index) => {
    const bin = from + index
    return Math.max(0, bin < middle ? (bin - left) / (middle - left) : (right - bin) / (right - middle))
  })
  return { from, weights }
}

function toMel(hz: number): number {
  return 2_595 * Math.log10(1 + hz / 700)
}

function fromMel(mel: number): number {
  return 700 * (10 ** (mel / 2_595) - 1)
}

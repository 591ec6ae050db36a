/** Zero crossings of the sinc on each side: the length of the filter, and so its steepness and its cost. */
const zeroCrossings = 16
/** Kaiser's shape parameter for about 65 dB of stopband attenuation. */
const kaiserBeta = 6.2
/** The middle of the transition band as a share of the lower Nyquist frequency. */
const cutoffShare = 0.88
/**
 * Where the rate is raised by a whole number, the middle lies at the old Nyquist frequency: the input's own samples then
 * pass unchanged, which saves a phase, and only the image of the topmost eighth is not wholly gone.
 */
const nyquistShare = 1

export interface PolyphaseFilter {
  /** Input samples on each side of an output sample that it is made of. */
  readonly half: number
  readonly phaseCount: number
  /** `2 × half` weights of each phase after one another, those of the oldest input sample first. */
  readonly weights: Float64Array
}

/**
 * A windowed-sinc low-pass at the lower of both Nyquist frequencies, sampled at `phaseCount` places between two input
 * samples. Kaiser window: Oppenheim and Schafer, Discrete-Time Signal Processing, 7.5.3.
 */
export function designFilter(fromHz: number, toHz: number, phaseCount: number): PolyphaseFilter {
  const narrowing = Math.min(1, toHz / fromHz)
  // Even, so that a phase's weights come in fours.
  const half = 2 * Math.ceil(zeroCrossings / narrowing / 2)
  const weights = new Float64Array(2 * half * phaseCount)
  const share = toHz % fromHz === 0 ? nyquistShare : cutoffShare
  for (let phase = 0; phase < phaseCount; phase += 1)
    weights.set(phaseWeights(phase / phaseCount, half, narrowing * share), 2 * half * phase)
  return { half, phaseCount, weights }
}

function phaseWeights(fraction: number, half: number, bandwidth: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * half }, (_, tap) => {
    const distance = tap - half + 1 - fraction
    return sinc(bandwidth * distance) * kaiser(distance / half)
  })
  // Every phase passes a constant unchanged; else they would beat at the ratio of the rates.
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}

function kaiser(position: number): number {
  return Math.abs(position) >= 1
    ? 0
    : besselI0(kaiserBeta * Math.sqrt(1 - position * position)) / besselI0(kaiserBeta)
}

/** The modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1]
  for (let n = 1; term > sum * 1e-12; n += 1) {
    term *= (x / (2 * n)) ** 2
    sum += term
  }
  return sum
}

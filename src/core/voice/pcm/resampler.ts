import { dotProduct } from './dot-product.ts'
import { designFilter, type PolyphaseFilter } from './low-pass.ts'
import { raise } from './raise.ts'
import { toSample } from './to-sample.ts'

export interface Resampler {
  /** What can be said so far, in time with the input; the last millisecond waits for what follows it. */
  push(samples: Int16Array): Int16Array
  /** The rest, as if silence followed; afterwards the resampler is as new. */
  flush(): Int16Array
}

/** More phases than this differ by less than 16 bits show; only odd pairs of rates would need them. */
const maxPhases = 2_048

/** Filters are the same for the same rates, and the large ones take milliseconds to make. */
const filters = new Map<string, PolyphaseFilter>()

/**
 * A linear-phase rate converter for one stream of mono 16-bit PCM. Both rates in whole Hz. 48 → 16 kHz and 24 → 48 kHz
 * are exact 3:1 and 1:2 polyphase filters; so is every other pair, with more phases.
 */
export function createResampler(fromHz: number, toHz: number): Resampler {
  return fromHz === toHz ? passThrough : new PolyphaseResampler(fromHz, toHz)
}

const passThrough: Resampler = { push: (samples) => samples, flush: () => new Int16Array() }

/**
 * Output sample n lies at n × step / phases input samples. `#at` and `#phase` are the whole and the broken part of the
 * next one's place; `#held` begins with the oldest input sample that it needs.
 */
class PolyphaseResampler implements Resampler {
  readonly #filter: PolyphaseFilter
  readonly #phases: number
  readonly #step: number
  #held = new Float64Array(4_096)
  #heldLength = 0
  #at = 0
  #phase = 0

  constructor(fromHz: number, toHz: number) {
    const divisor = greatestCommonDivisor(fromHz, toHz)
    this.#phases = toHz / divisor
    this.#step = fromHz / divisor
    this.#filter = filterFor(fromHz, toHz, Math.min(this.#phases, maxPhases))
    this.#restart()
  }

  push(samples: Int16Array): Int16Array {
    this.#append(samples)
    const output = new Int16Array(this.#readyCount())
    if (this.#step === 1) {
      const places = output.length / this.#phases
      raise(this.#filter, this.#held, places, output)
      this.#forget(places, 0)
    } else this.#convert(output)
    return output
  }

  #convert(output: Int16Array): void {
    const { half, phaseCount, weights } = this.#filter
    const weightsPerPlace = phaseCount / this.#phases
    // Locals, because this is the innermost loop of every voice.
    let [at, phase] = [this.#at, this.#phase]
    for (let index = 0; index < output.length; index += 1) {
      const nearest = Math.min(phaseCount - 1, Math.round(phase * weightsPerPlace))
      output[index] = toSample(dotProduct(weights, nearest * 2 * half, this.#held, at, 2 * half))
      phase += this.#step
      while (phase >= this.#phases) {
        phase -= this.#phases
        at += 1
      }
    }
    this.#forget(at, phase)
  }

  flush(): Int16Array {
    const rest = this.push(new Int16Array(this.#filter.half))
    this.#restart()
    return rest
  }

  #restart(): void {
    this.#heldLength = this.#filter.half - 1
    this.#held.fill(0, 0, this.#heldLength)
    this.#at = 0
    this.#phase = 0
  }

  #append(samples: Int16Array): void {
    const length = this.#heldLength + samples.length
    if (length > this.#held.length) {
      const larger = new Float64Array(length * 2)
      larger.set(this.#held.subarray(0, this.#heldLength))
      this.#held = larger
    }
    this.#held.set(samples, this.#heldLength)
    this.#heldLength = length
  }

  /** How many output samples have all their input. */
  #readyCount(): number {
    const places = this.#heldLength - 2 * this.#filter.half + 1 - this.#at
    return places <= 0 ? 0 : Math.ceil((places * this.#phases - this.#phase) / this.#step)
  }

  /** Goes on at this place, without the samples before it. */
  #forget(at: number, phase: number): void {
    const from = Math.min(at, this.#heldLength)
    this.#held.copyWithin(0, from, this.#heldLength)
    this.#heldLength -= from
    this.#at = at - from
    this.#phase = phase
  }
}

function filterFor(fromHz: number, toHz: number, phaseCount: number): PolyphaseFilter {
  const key = `${fromHz}>${toHz}`
  const filter = filters.get(key) ?? designFilter(fromHz, toHz, phaseCount)
  filters.set(key, filter)
  return filter
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

import { emptyShape, type MouthShape, vowels } from './mouth-frames.ts'

const attackMs = 16
const releaseMs = 42
/** After a cut the mouth is closed to less than a twentieth within 80 ms. */
const cutReleaseMs = 24
/** More than this in all looks like shouting. */
const cap = 0.85
const closed = 0.004

/**
 * Turns what the track says into what the lips do: the two strongest vowels, because a sum of all looks like `aa`; quick
 * to open, slower to close.
 */
export class Lips {
  readonly shape: MouthShape = emptyShape()
  readonly #target: MouthShape = emptyShape()

  /** How far ahead of the sound the target is to be read, so that the smoothing does not make the mouth late. */
  static readonly leadMs = 12

  /** Written into by the caller before `move`. */
  get target(): MouthShape {
    return this.#target
  }

  move(dtMs: number, isCut: boolean): void {
    this.#keepTwo()
    for (let index = 0; index < this.shape.length; index++) {
      const now = this.shape[index] ?? 0
      const wanted = this.#target[index] ?? 0
      const tau = wanted > now ? attackMs : isCut ? cutReleaseMs : releaseMs
      const next = now + (wanted - now) * (1 - Math.exp(-dtMs / tau))
      this.shape[index] = next < closed ? 0 : next
    }
  }

  #keepTwo(): void {
    const target = this.#target
    let first = 0
    let second = -1
    for (let index = 1; index < vowels.length; index++) {
      const weight = target[index] ?? 0
      if (weight > (target[first] ?? 0)) {
        second = first
        first = index
      } else if (second < 0 || weight > (target[second] ?? 0)) second = index
    }
    const sum = (target[first] ?? 0) + (target[second] ?? 0)
    const scale = sum > cap ? cap / sum : 1
    for (let index = 0; index < vowels.length; index++)
      target[index] = index === first || index === second ? (target[index] ?? 0) * scale : 0
  }
}
